#!/bin/sh
# One gigabyte of lines loses nothing and tears nothing under `block`, and is counted exactly under `drop`; status answers
# meanwhile, 99 of 100 times within 100 ms; the supervisor stays below 64 MiB.
set -eu
. "$(dirname "$0")/lib.sh"

lines=10000000
mkfifo gate-block gate-drop
cat >layer-cake.yaml <<YAML
roles:
  block:
    command: 'read -r go <gate-block; exec $python $torture/lines.py $lines'
    log: {max_size: 64M, max_total: 1500M}
  drop:
    command: 'read -r go <gate-drop; exec $python $torture/lines.py $lines'
    log: {policy: drop, max_size: 64M, max_total: 1500M}
  other: {command: [sleep, infinity]}
YAML
gives 0 cake up --detach
for role in block drop; do
    echo go >gate-$role
    "$python" "$torture/status_times.py" "$LAYER_CAKE" "$role" || fail 'status is slow'
    gives 0 cake wait "$role" --for=completed --timeout=300s
    memory=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$(supervisor_pid)/status")
    [ "$memory" -lt 65536 ] || fail "the supervisor has used $memory KiB"
done
cake log block --back=1h --raw | "$python" "$torture/lines.py" --check "$lines" || fail 'lines were lost, torn or reordered'
kept=$(cake log drop --back=1h --stdout --raw | wc -l | tr -d ' ')
dropped=$(field drop "p['log']['dropped_lines']")
expect "$lines" $((kept + dropped)) 'lines kept and dropped'
echo "memory at most $memory KiB; $dropped lines dropped" >&2
gives 0 cake down
