#!/bin/sh
# A full disk pauses logging and nothing else: status and stop work, the definition stays whole, and every line is there in the end.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a small disk'

mkdir disk
mount -t tmpfs -o size=1m tmpfs disk 2>/dev/null || skip 'cannot mount'
release() { umount -l "$work/disk"; }
home=$work/disk/home
cat >layer-cake.yaml <<'YAML'
roles:
  talker: {command: 'seq 1 400000; echo done', log: {max_size: 1M, max_total: 100M}}
  other: {command: [sleep, infinity]}
  late: {command: [sleep, infinity]}
YAML
gives 0 cake up --detach -hp="$home"
await 'r["talker"].log.paused'
expect running "$(state_of other)"
long=$(printf '%0100000d' 0)
gives 1 cake update other --description="$long" -hp="$home"
expect_match 'layer-cake: *no space left*' "$err"
gives 0 cake check -hp="$home"
gives 0 cake restart other -hp="$home"
gives 0 cake stop other -hp="$home"

# A history that cannot be written now is written when there is room.
gives 0 cake stop late -hp="$home"
rm "$home/role/late/history"
cat /dev/zero >disk/filler 2>/dev/null || true
gives 0 cake start late -hp="$home"
expect '[]' "$(cake history late -o json -hp="$home" | json "d['lives']")" 'lives on a full disk'

mount -o remount,size=32m "$work/disk"
"$python" - "$LAYER_CAKE" "$home" <<'PY' || fail 'the history was not written within five seconds'
import json, select, subprocess, sys, time
end = time.monotonic() + 5
while not json.loads(subprocess.check_output([sys.argv[1], "history", "late", "-o", "json", "-hp=" + sys.argv[2]]))["lives"]:
    if time.monotonic() > end:
        sys.exit(1)
    select.select([], [], [], 0.1)
PY
gives 0 cake wait talker --for=completed --timeout=30s -hp="$home"
cake log talker --back=1h --stdout --raw -hp="$home" >lines
{ seq 1 400000; echo 'done'; } | cmp - lines || fail 'lines were lost'
gives 0 cake down -hp="$home"
