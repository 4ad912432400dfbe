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

mount -o remount,size=32m "$work/disk"
gives 0 cake wait talker --for=completed --timeout=30s -hp="$home"
cake log talker --back=1h --stdout --raw -hp="$home" >lines
{ seq 1 400000; echo 'done'; } | cmp - lines || fail 'lines were lost'
gives 0 cake down -hp="$home"
