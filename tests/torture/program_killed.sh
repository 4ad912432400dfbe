#!/bin/sh
# An object program that is killed at any system call leaves its role's files valid, and the next one starts.
set -eu
. "$(dirname "$0")/lib.sh"
need strace
strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'
samples=${SAMPLES:?the folder of the built samples}

# valid - every file the role has: values are whole, the history is read, nothing lies about.
valid() {
    for file in .layer-cake/role/weave/returned/*; do
        [ -e "$file" ] || continue
        case $file in
        *.json) [ "$(json 'len(d["value"])' <"$file")" = 3 ] || fail "$1: $file: $(cat "$file")" ;;
        esac
    done
    gives 0 cake history weave
}

gives 0 cake create
gives 0 cake add "$samples/texture" weave --x=2 --y=2
for call in openat write fsync rename renameat renameat2 fchmod fcntl mkdir futex; do
    n=1
    while [ $n -le 60 ]; do
        strace -f -qq -o trace -e trace="$call" -e inject="$call:signal=KILL:when=$n" \
            "$samples/texture" --home-path=.layer-cake --role-name=weave -dl=NONE >/dev/null 2>&1 || true
        valid "$call $n"
        grep -q 'killed by SIGKILL' trace || break
        n=$((n + 1))
    done
done
gives 0 "$samples/texture" --home-path=.layer-cake --role-name=weave -dl=NONE
expect '[2, 2]' "$(cake returned weave | json '[len(row) for row in d]')"
gives 0 cake run weave
