#!/bin/sh
# A command that is killed, or whose call fails, at any system call leaves the old definition or the new one, and no lock.
set -eu
. "$(dirname "$0")/lib.sh"
need strace
strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'

gives 0 cake create
gives 0 cake add sleep first -- infinity
for call in openat write fsync rename renameat renameat2 unlink mkdir link linkat flock ftruncate fchmod close; do
    for fault in signal=KILL error=ENOSPC error=EIO error=EINTR; do
        n=1
        while [ $n -le 40 ]; do
            before=$(cake list)
            got=0
            strace -f -qq -o trace -e trace="$call" -e inject="$call:$fault:when=$n" \
                "$LAYER_CAKE" add sleep "role-$call-$n" -- infinity >/dev/null 2>said || got=$?
            grep -q INJECTED trace || [ "$fault" = signal=KILL ] || break
            after=$(cake list) || fail "$call $fault $n: the home is damaged: $(cake list 2>&1)"
            case $after in
            "$before") [ $got -ne 0 ] || fail "$call $fault $n: it says it is done, and the role is not there" ;;
            *"role-$call-$n"*) ;;
            *) fail "$call $fault $n: $after" ;;
            esac
            [ $got -ne 0 ] || [ "$after" != "$before" ] || fail "$call $fault $n: nothing has changed"
            [ "$after" = "$before" ] || gives 0 cake delete "role-$call-$n\$"
            if [ "$fault" = signal=KILL ] && ! grep -q 'killed by SIGKILL' trace; then break; fi
            n=$((n + 1))
        done
    done
done
gives 0 cake start
gives 0 cake stop
