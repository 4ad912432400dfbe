#!/bin/sh
# A copy that is killed at any of its steps leaves each file old or new, and the next one finishes it.
set -eu
. "$(dirname "$0")/lib.sh"
need strace

mkdir v1 v2
for name in a b c; do
    printf 'old %s' $name >v1/$name
    printf 'newer %s' $name >v2/$name
done
mkdir v1/folder v2/folder v2/added
printf 'old' >v1/folder/f
printf 'moved to another name' >v1/folder/g
cp -p v1/folder/g v2/added/g
printf 'newer' >v2/folder/f
printf 'file' >v2/becomes
mkdir v1/becomes
printf 'x' >v1/becomes/x
cake create
cake add sleep web -- infinity
model=$home/role/web/model

# check - every file is as in v1 or as in v2.
check() {
    find "$model" -type f ! -name '.layer-cake-*.tmp' | while read -r file; do
        name=${file#"$model"/}
        { [ -f "v1/$name" ] && cmp -s "$file" "v1/$name"; } || cmp -s "$file" "v2/$name" || fail "$name is neither old nor new ($1)"
    done
}

killed=0
for call in openat openat2 mkdirat renameat unlinkat fchmod utimensat syncfs pwrite64 copy_file_range symlinkat; do
    step=1
    while [ $step -le 40 ]; do
        cake model web --model-path=v1 -mc
        got=0
        strace -f -qq -o trace -e trace=$call -e inject=$call:signal=KILL:when=$step \
            "$LAYER_CAKE" model web --model-path=v2 -mc >said 2>&1 || got=$?
        [ $got -ne 0 ] || break
        [ $got -eq 137 ] || fail "$call $step: exit status $got: $(cat said)"
        check "killed at $call $step"
        killed=$((killed + 1))
        step=$((step + 1))
    done
    cake model web --model-path=v2 -mc
    diff -r v2 "$model" || fail "$call: the copy differs"
    gives 0 cake model web --model-path=v2
    expect '' "$out"
done
[ $killed -gt 30 ] || fail "killed only $killed times"

# an error of any of these is told, and leaves each file old or new
for call in openat2:EACCES mkdirat:ENOSPC renameat:EIO fchmod:EPERM utimensat:EPERM syncfs:EIO pwrite64:ENOSPC; do
    step=1
    while [ $step -le 6 ]; do
        cake model web --model-path=v1 -mc
        got=0
        strace -f -qq -o trace -e trace="${call%:*}" -e inject="${call%:*}:error=${call#*:}:when=$step" \
            "$LAYER_CAKE" model web --model-path=v2 -mc >said 2>&1 || got=$?
        grep -q INJECTED trace || break
        if [ $got -eq 0 ]; then
            diff -r v2 "$model" || fail "$call $step: it says that it has done what it has not"
        else
            expect_match 'layer-cake: cannot *' "$(cat said)"
        fi
        check "$call $step"
        step=$((step + 1))
    done
done
