# tests/e2e/lib.sh - what every script stands on. LAYER_CAKE is the program under test.
#
# A script makes one claim, in its first comment. It runs in a folder of its own, in which the default home lies. Whatever it
# started and did not end is killed when it leaves, found by a variable in its environment.

: "${LAYER_CAKE:?the program to test}"
e2e=$(cd "${E2E:-$(dirname "$0")}" && pwd)
programs=$e2e/programs
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
PATH=$PATH:/usr/sbin:/sbin

work=$(mktemp -d "${TMPDIR:-/tmp}/layer-cake-XXXXXX")
cd "$work" || exit 1
home=$work/.layer-cake
export LAYER_CAKE_E2E="$work" NO_COLOR=1 LC_ALL=C.UTF-8 TZ=UTC
unset LAYER_CAKE_HOME LAYER_CAKE_ROLE NOTIFY_SOCKET LISTEN_FDS LISTEN_PID VISUAL EDITOR LC_EDITOR XDG_CONFIG_HOME

# survivors - pids of the processes that this script has started, directly or not, but for itself.
survivors() { "$python" "$e2e/survivors.py" "$LAYER_CAKE_E2E" $$; }

# release - what a script has to undo when it leaves, after its processes are gone; to be replaced by it.
release() { :; }

leave() {
    status=$?
    trap - EXIT
    set +e
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -d "$home" ]; then
        echo "--- explained:" >&2
        {
            cake -hp="$home" status 2>&1
            tail -n 5 "$home"/role/*/history
        } | head -n 60 >&2
    fi
    # A process may just be making another.
    while pids=$(survivors) && [ -n "$pids" ]; do
        # shellcheck disable=SC2086 # several pids
        kill -KILL $pids 2>/dev/null
    done
    cd /
    release
    chmod -R u+rwx "$work" 2>/dev/null
    rm -rf "$work"
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

cake() { "$LAYER_CAKE" "$@"; }

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# need PROGRAM...
need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

# expect WANTED GOT [WHAT]
expect() {
    [ "$1" = "$2" ] || fail "${3:-text} differs
wanted: $1
got:    $2"
}

# expect_match PATTERN TEXT - a shell pattern.
expect_match() {
    # shellcheck disable=SC2254 # a pattern is wanted
    case $2 in
    $1) ;;
    *) fail "wanted something like: $1
got:    $2" ;;
    esac
}

# gives STATUS COMMAND... - runs it; $out and $err are what it said.
gives() {
    wanted=$1
    shift
    got=0
    "$@" >"$work/.out" 2>"$work/.err" </dev/null || got=$?
    out=$(cat "$work/.out")
    err=$(cat "$work/.err")
    [ "$got" -eq "$wanted" ] || fail "exit status $got instead of $wanted: $*
stdout: $(tail -n 20 "$work/.out")
stderr: $(tail -n 20 "$work/.err")"
}

# refuses STATUS LINE ARGUMENT... - layer-cake says that line on stderr, and nothing on stdout.
refuses() {
    refusal=$2
    status_wanted=$1
    shift 2
    gives "$status_wanted" cake "$@"
    expect "$refusal" "$err" "stderr of $*"
    expect '' "$out" "stdout of $*"
}

# await EXPRESSION [SECONDS] - follows the events of the group until a Python expression over its roles is true:
# await 'r["web"].state == "running" and r["web"].restarts.total == 1'
await() { "$python" "$e2e/await.py" "$home" "$@" || fail "await $*"; }

# json EXPRESSION - of the document `d` on stdin, printed.
json() { "$python" -c '
import json, sys
d = json.load(sys.stdin)
value = eval(sys.argv[1])
print("" if value is None else value if isinstance(value, str) else json.dumps(value))' "$1"; }

# field ROLE EXPRESSION - of the role's status `p`
field() { cake -hp="$home" status -o json | json "[$2 for p in d['processes'] if p['name'] == '$1'][0]"; }
pid_of() { field "$1" "p['pid']"; }
state_of() { field "$1" "p['state']"; }
supervisor_pid() { cake -hp="$home" status -o json | json "d['group']['pid']"; }

# gone PID... - waits until the processes have ended; fails after 10 seconds.
gone() { "$python" "$e2e/gone.py" "$@" || fail "gone $*"; }
alive() {
    life=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 1
    [ -n "$life" ] && [ "$life" != Z ] && [ "$life" != X ]
}

# free_ports [N] - ports in a row on which nobody listens, outside the range the kernel hands out.
free_ports() { "$python" "$e2e/free_ports.py" "${1:-1}"; }

# seconds COMMAND... - how long it took, as a decimal; the command must succeed.
seconds() { "$python" "$e2e/seconds.py" "$@"; }
# within LEAST SECONDS MOST
within() { "$python" -c 'import sys; a, b, c = map(float, sys.argv[1:]); sys.exit(not a <= b < c)' "$@" || fail "$2 s is not from $1 to $3"; }
