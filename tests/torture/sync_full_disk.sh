#!/bin/sh
# On a full disk a copy is refused by name, each file stays old or new, and it is completed when there is room.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a small disk'

mkdir disk v1 v2
mount -t tmpfs -o size=3m tmpfs disk 2>/dev/null || skip 'cannot mount'
release() { umount -l "$work/disk"; }
home=$work/disk/home
cake create "$home"
cake add sleep web -hp="$home" -- infinity
for n in 1 2 3 4 5 6 7 8; do
    head -c 200000 /dev/zero | tr '\0' a >v1/$n
    head -c 300000 /dev/zero | tr '\0' b >v2/$n
done
cake model web --model-path=v1 -mc -hp="$home"
gives 1 cake model web --model-path=v2 -mc -hp="$home"
expect_match "layer-cake: cannot work on the model of \"web\": cannot copy \"$home/role/web/model/?\": no space left on device" "$err"
for n in 1 2 3 4 5 6 7 8; do
    cmp -s "v1/$n" "$home/role/web/model/$n" || cmp -s "v2/$n" "$home/role/web/model/$n" || fail "$n is neither old nor new"
done
expect '' "$(find "$home" -name '.layer-cake-*')" 'what is left of a copy that failed'
mount -o remount,size=32m "$work/disk"
cake model web --model-path=v2 -mc -hp="$home"
diff -r v2 "$home/role/web/model" || fail 'the copy differs'

# an image, and a home made of one, need room as well
cake export image fine.tar.zst --all-models -hp="$home"
mount -o remount,size=4m "$work/disk" 2>/dev/null || skip 'cannot shrink the disk for the last part'
gives 1 cake import image fine.tar.zst -hp="$work/disk/other"
expect_match 'layer-cake: cannot import "fine.tar.zst": cannot write *: no space left on device' "$err"
[ ! -e "$work/disk/other" ] || fail 'half a home was made'
expect '' "$(find "$work/disk" -name '.layer-cake-*')"
