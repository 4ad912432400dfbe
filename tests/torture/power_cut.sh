#!/bin/sh
# After a power cut every file of a home is whole, and what a command has acknowledged is there.
#
# The home lies on a disk image. A cut is the image as it is at some moment: a copy of it, mounted, shows what would have been
# on the disk. CUTS says how many.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a disk'
need mkfs.ext4

mkdir disk after
release() { umount -l "$work/after" "$work/disk" 2>/dev/null; }
truncate -s 64M image
mkfs.ext4 -q -F image
# With noauto_da_alloc a file that was replaced without fsync is empty after a cut.
mount -o loop,noauto_da_alloc,commit=1 image disk 2>/dev/null || skip 'cannot mount'

# A control: what is written carelessly is lost, else a cut here shows nothing.
"$python" - disk/careless <<'PY'
import os, sys
for n in range(50):
    with open(sys.argv[1] + ".new", "w") as file:
        file.write("x" * 5000)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
PY
cp --sparse=always image cut
mount -o loop cut after
[ "$(cat after/careless 2>/dev/null | wc -c)" -ne 5000 ] || skip 'a cut loses nothing on this disk'
umount after

home=$work/disk/home
gives 0 cake create -hp="$home"
gives 0 cake add sleep steady -hp="$home" -- infinity
gives 0 cake start -hp="$home"
cut=0
while [ $cut -lt "${CUTS:-40}" ]; do
    # A session of its own, so that the command under way ends with it.
    setsid "$python" "$torture/changes.py" "$LAYER_CAKE" "$home" journal $cut &
    changer=$!
    "$python" -c "import random, select; select.select([], [], [], random.Random($cut).uniform(0.1, 1.2))"
    kill -KILL -$changer 2>/dev/null || true
    wait $changer 2>/dev/null || true
    cp --sparse=always image cut
    mount -o loop cut after
    left=$work/after/home
    "$python" "$torture/changes.py" --check "$LAYER_CAKE" "$left" journal || fail "cut $cut: the definition is neither the old nor the new one"
    gives 0 cake list -ll -hp="$left"
    gives 0 cake history steady -hp="$left"
    gives 0 cake log steady --tail=5 -hp="$left"
    gives 0 cake start steady -hp="$left"
    gives 0 cake down -hp="$left"
    umount after
    # The home itself goes on from what it is.
    "$python" "$torture/changes.py" --check "$LAYER_CAKE" "$home" journal || fail "cut $cut: the home is damaged without any cut"
    cut=$((cut + 1))
done
gives 0 cake down -hp="$home"
