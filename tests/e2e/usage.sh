#!/bin/sh
# status tells the processor time and memory of a role with its descendants, of those that have a process.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  heavy:
    command:
      - $python
      - -c
      - |
        import os, signal, time
        if os.fork() == 0:
            while True: signal.pause()
        kept = b"x" * (64 << 20)
        while time.process_time() < 0.4: pass
        print("used", flush=True)
        signal.pause()
    ready: {log_line: used}
  done: {command: 'true'}
YAML
gives 0 cake up --detach --wait
await 'r["done"].state == "completed"'
expect true "$(field heavy "0.3 <= p['usage']['cpu_seconds'] < 30")" 'processor time'
expect true "$(field heavy "64 << 20 <= p['usage']['memory_bytes'] < 512 << 20")" 'memory'
expect 2 "$(field heavy "p['usage']['processes']")" 'processes'
expect '' "$(field done "p['usage']")" 'usage of what has ended'
gives 0 cake status
expect_match 'NAME*CPU*MEM*heavy* [0-9]*.[0-9]s * [0-9]*M *' "$out"
gives 0 cake down
