#!/bin/sh
# Where the file system can share blocks, a copy takes no room; what is written to it afterwards changes only the copy.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a small disk'

release() { umount -l "$work/disk" 2>/dev/null || true; }
mkdir disk
ran=0
for kind in btrfs xfs; do
    command -v "mkfs.$kind" >/dev/null || continue
    rm -f image
    truncate -s 600M image
    "mkfs.$kind" -q image >/dev/null || fail "mkfs.$kind"
    mount -o loop image disk 2>/dev/null || continue
    home=$work/disk/home
    cake create "$home"
    cake add sleep web -hp="$home" -- infinity
    mkdir disk/source
    head -c 128M /dev/urandom >disk/source/large
    head -c 100000 /dev/urandom >disk/source/small
    sync -f disk
    before=$(df --output=used -k disk | tail -n 1)
    cake model web --model-path=disk/source -mc -hp="$home"
    cake model web --get-latest=disk/snapshot -mc -hp="$home"
    sync -f disk
    after=$(df --output=used -k disk | tail -n 1)
    [ $((after - before)) -lt 20000 ] || fail "$kind: two copies of 128 MiB take $((after - before)) KiB"
    cmp disk/source/large "$home/role/web/model/large"
    printf 'changed' | dd of="$home/role/web/model/large" conv=notrunc status=none
    cmp -s disk/source/large disk/snapshot/large || fail "$kind: a copy has changed with another"
    ! cmp -s disk/source/large "$home/role/web/model/large" || fail "$kind: nothing has changed"
    umount disk
    ran=$((ran + 1))
done
[ $ran -gt 0 ] || skip 'neither btrfs nor xfs can be made and mounted here'
