# What every script here stands on: the executable, a home of its own, and ways to say what is expected.
# Sourced with LAYER_CAKE set to the executable under test; each script makes one claim, in its first comment.

: "${LAYER_CAKE:?the executable to test}"
work=$(mktemp -d "${TMPDIR:-/tmp}/layer-cake-e2e.XXXXXX")
home=$work/home
cd "$work"
unset LAYER_CAKE_HOME LAYER_CAKE_ROLE NOTIFY_SOCKET XDG_CONFIG_HOME

finish() {
    status=$?
    trap - EXIT INT TERM
    "$LAYER_CAKE" stop --kill "-hp=$home" >/dev/null 2>&1 || true
    cd /
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT INT TERM

cake() { # VERB ... : layer-cake on this script's home
    "$LAYER_CAKE" "$@" "-hp=$home"
}

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

skip() { # why
    printf '%s\n' "$*"
    exit 77
}

expect() { # WANTED GOT [WHAT]
    [ "$1" = "$2" ] || fail "${3:-}: expected «$1», got «$2»"
}

expect_in() { # PART WHOLE
    case $2 in
    *"$1"*) ;;
    *) fail "expected «$1» in «$2»" ;;
    esac
}

expect_status() { # CODE COMMAND... : leaves its stderr in $errors and stdout in $output
    wanted=$1
    shift
    got=0
    "$@" >"$work/.out" 2>"$work/.err" || got=$?
    output=$(cat "$work/.out") errors=$(cat "$work/.err")
    [ "$got" = "$wanted" ] || fail "expected status $wanted of «$*», got $got: $errors"
}

field() { # ROLE EXPRESSION : of the role's entry in `status -o json`, as Python's `role`
    cake status -o json | python3 -c '
import json, sys
for role in json.load(sys.stdin)["processes"]:
    if role["name"] == sys.argv[1]:
        value = eval(sys.argv[2])
        print("" if value is None else value)' "$1" "$2"
}

pid_of() { field "$1" 'role["pid"]'; }

gone() { # PID... : none of them lives (a zombie does not)
    for pid in "$@"; do
        case $(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null || echo gone) in
        gone | Z | X) ;;
        *) return 1 ;;
        esac
    done
}

wait_until_gone() { # PID... : at most 5 s, by the kernel's word
    python3 - "$@" <<'PY'
import os, select, sys
for pid in map(int, sys.argv[1:]):
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        continue
    if not select.select([fd], [], [], 5)[0]:
        sys.exit(f"process {pid} is alive")
PY
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

need() { # PROGRAM...
    for program in "$@"; do
        PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || skip "$program is not installed"
    done
}
