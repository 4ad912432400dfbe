#!/bin/sh
# Over thousands of rotations a follower and a later reader see every line once and in order; the total is never exceeded.
set -eu
. "$(dirname "$0")/lib.sh"

lines=${LINES_SENT:-600000} # of 100 bytes; a segment takes some 50 of them
mkfifo gate
cat >layer-cake.yaml <<YAML
roles:
  rotator:
    command: 'read -r go <gate; exec $python $torture/lines.py $lines'
    log: {max_size: 6K, max_total: 400M, max_files: 100000}
  small:
    command: '$python $torture/lines.py 20000'
    log: {max_size: 8K, max_total: 64K}
YAML
gives 0 cake up --detach
cake log -f rotator --raw >followed &
follower=$!
gives 0 cake wait small --for=completed --timeout=60s
[ "$(cat "$home"/role/small/logs/* | wc -c)" -le 65536 ] || fail 'the total is exceeded'
echo go >gate
gives 0 cake wait rotator --for=completed --timeout=300s
cake log rotator --back=1h --raw | "$python" "$torture/lines.py" --check "$lines" || fail 'lines are missing from the log'
segments=$(ls "$home/role/rotator/logs" | grep -c '\.log$')
[ "$segments" -ge $((lines / 60)) ] || fail "only $segments segments"
gives 0 cake down
wait $follower || fail 'the follower failed'
"$python" "$torture/lines.py" --check "$lines" <followed || fail 'the follower missed lines'
