#!/bin/sh
# After a power cut each file of a copy is old or new and whole, and what a command has acknowledged is there: copies, snapshots, images.
#
# A cut is the disk image as it is at one moment: a reflink of it, since a copy that takes its time is of no moment at all.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a disk'
need mkfs.ext4 mkfs.xfs zstd

mkdir outer disk after
release() { umount -l "$work/after" "$work/disk" "$work/outer" 2>/dev/null; }
truncate -s 1G outer.image
mkfs.xfs -q outer.image
mount -o loop outer.image outer 2>/dev/null || skip 'cannot mount'
truncate -s 128M outer/image
mkfs.ext4 -q -F outer/image
# With noauto_da_alloc a file that was replaced without fsync is empty after a cut.
mount -o loop,noauto_da_alloc,commit=1 outer/image disk
for version in 0 1; do
    mkdir -p v$version/d
    for n in 1 2 3 4 5 6 7 8 9; do
        head -c $((n * 40000)) /dev/urandom >v$version/$n
        head -c $n /dev/urandom >v$version/d/$n
    done
done
home=$work/disk/home
gives 0 cake create -hp="$home"
gives 0 cake add sleep web -hp="$home" -- infinity
cake model web --model-path=v0 -mc -hp="$home"

# look - mounts what would have been on the disk, for the checks that follow.
look() {
    cp --reflink=always outer/image outer/cut
    mount -o loop outer/cut after
}
# whole FOLDER - each of its files is one of the two versions.
whole() {
    find "$1" -type f ! -name '.layer-cake-*' | while read -r file; do
        name=${file#"$1"/}
        cmp -s "$file" "v0/$name" || cmp -s "$file" "v1/$name" || fail "$name is neither old nor new: $(wc -c <"$file") bytes"
    done
}
cut=0
while [ $cut -lt "${CUTS:-30}" ]; do
    to=$(((cut + 1) % 2))
    # Acknowledged.
    cake model web --model-path=v$to -mc -hp="$home"
    look
    diff -r v$to after/home/role/web/model || fail "cut $cut: an acknowledged copy is not there"
    umount after
    cake model web --get-latest=disk/saved -mc -hp="$home"
    look
    diff -r v$to after/saved || fail "cut $cut: an acknowledged snapshot is not there"
    umount after
    said=$(cake export image disk/saved.tar.zst --all-models -hp="$home")
    look
    cake import image after/saved.tar.zst --digest="${said%% *}" -hp=made || fail "cut $cut: an acknowledged image is not there"
    diff -r v$to made/role/web/model
    cake destroy made
    umount after
    # In the middle.
    "$LAYER_CAKE" model web --model-path=v$((1 - to)) -mc -hp="$home" &
    changer=$!
    "$python" -c "import random, select; select.select([], [], [], random.Random($cut).uniform(0.002, 0.05))"
    look
    kill -KILL $changer 2>/dev/null || true
    wait $changer 2>/dev/null || true
    whole "$work/after/home/role/web/model"
    gives 0 cake list -hp="$work/after/home"
    umount after
    whole "$home/role/web/model"
    cut=$((cut + 1))
done
