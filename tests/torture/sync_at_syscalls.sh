#!/bin/sh
# A copy, a snapshot, an export and an import that are killed at any of their system calls leave what was or what is to be.
set -eu
. "$(dirname "$0")/lib.sh"
need strace rsync zstd
strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'

mkdir v1 v2 outside
printf 'mine' >outside/file
for name in a b; do
    printf 'old %s' $name >v1/$name
    printf 'newer %s' $name >v2/$name
done
mkdir v1/folder v2/folder v2/added v1/becomes
printf 'old' >v1/folder/f
printf 'newer' >v2/folder/f
printf 'moved to another name' >v1/folder/g
cp -p v1/folder/g v2/added/g
printf 'file' >v2/becomes
printf 'x' >v1/becomes/x
ln -s a v2/link
cake create
cake add sleep web -- infinity
model=$home/role/web/model

# What each job starts from, what it does, and what must hold whatever stopped it.
before_sync() { rsync -a --delete v1/ "$model/"; }
do_sync() { echo "model web --model-path=v2 -mc"; }
check_sync() {
    find "$model" -type f ! -name '.layer-cake-*.tmp' | while read -r file; do
        name=${file#"$model"/}
        { [ -f "v1/$name" ] && cmp -s "$file" "v1/$name"; } || cmp -s "$file" "v2/$name" || fail "$name is neither old nor new ($1)"
    done
}
done_sync() { diff -r v2 "$model"; }

before_snapshot() { rsync -a --delete v2/ "$model/" && rsync -a --delete v1/ saved/; }
do_snapshot() { echo "model web --get-latest=saved -mc"; }
check_snapshot() { diff -r v1 saved >/dev/null || diff -r v2 saved >/dev/null || fail "the snapshot is neither old nor new ($1)"; }
done_snapshot() { diff -r v2 saved; }

before_export() { rsync -a --delete v2/ "$model/" && cp old.tar.zst to.tar.zst; }
do_export() { echo "export image to.tar.zst --all-models --no-programs"; }
check_export() { cmp -s old.tar.zst to.tar.zst || cmp -s new.tar.zst to.tar.zst || fail "the image is neither old nor new ($1)"; }
done_export() { cmp new.tar.zst to.tar.zst; }

before_import() { rm -rf made; }
do_import() { echo "import image new.tar.zst -hp=made"; }
check_import() { [ ! -e made ] || done_import || fail "half a home was made ($1)"; }
done_import() { diff -r v2 made/role/web/model && cake list -hp=made >/dev/null; }

before_sync
cake export image old.tar.zst --all-models --no-programs
rsync -a --delete v2/ "$model/"
cake export image new.tar.zst --all-models --no-programs

for job in sync snapshot export import; do
    killed=0
    before_$job
    # shellcheck disable=SC2046 # several words
    strace -f -qq -o trace "$LAYER_CAKE" $(do_$job) >said 2>&1 || fail "$job: $(cat said)"
    done_$job
    sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' trace | sort | uniq -c >calls
    while read -r count call; do
        case $call in execve | exit_group | exit) continue ;; esac
        step=1
        while [ $step -le "$count" ] && [ $step -le 200 ]; do
            before_$job
            got=0
            # shellcheck disable=SC2046
            strace -f -qq -o trace -e trace="$call" -e inject="$call":signal=KILL:when=$step "$LAYER_CAKE" $(do_$job) >said 2>&1 </dev/null || got=$?
            check_$job "$job killed at $call $step"
            [ $got -ne 0 ] || break
            [ $got -eq 137 ] || fail "$job: $call $step: exit status $got: $(cat said)"
            killed=$((killed + 1))
            step=$((step + 1))
        done
    done <calls
    before_$job
    # shellcheck disable=SC2046
    cake $(do_$job)
    done_$job
    expect mine "$(cat outside/file)"
    expect file "$(ls outside)"
    echo "$job: killed $killed times"
    [ $killed -gt 100 ] || fail "$job was killed only $killed times"
    rm -rf .layer-cake-*.tmp
done
