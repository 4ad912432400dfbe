#!/bin/sh
# A flood of output loses nothing under `block`, is counted exactly under `drop`, and disturbs nobody else.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
log: {max_size: 4M, max_total: 200M}
roles:
  block: {command: [seq, "1", "3000000"]}
  drop: {command: [seq, "1", "3000000"], log: {policy: drop, max_size: 4M, max_total: 200M}}
  line: {command: 'head -c 10485760 /dev/zero | tr "\0" x; echo; echo after'}
  other: {command: [sleep, infinity]}
YAML
gives 0 cake up --detach
gives 0 cake wait block drop line --for=completed --timeout=60s
expect running "$(state_of other)"
rss=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(supervisor_pid)/status")
[ "$rss" -lt 65536 ] || fail "the supervisor has used $rss KiB"

cake log block --back=1h --raw >lines
seq 1 3000000 | cmp - lines || fail 'lines of block were lost, torn or reordered'
cake log line --back=1h --raw >long
expect 'after' "$(tail -n 1 long)"
expect 10485760 "$(head -n 1 long | tr -d '\n' | wc -c | tr -d ' ')" 'length of the long line'

cake log drop --back=1h -o json >drop
"$python" - "$(field drop "p['log']['dropped_lines']")" <<'PY' || fail 'the count of dropped lines is wrong'
import json, sys
kept = sum(1 for line in open("drop") if (entry := json.loads(line))["stream"] in ("out", "stdout") and not entry["partial"])
assert kept + int(sys.argv[1]) == 3000000, (kept, sys.argv[1])
PY
gives 0 cake down
