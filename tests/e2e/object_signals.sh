#!/bin/sh
# A signal is a Stop to an object program; one that does not come back is named at the deadline, or at a second signal.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}

# wait_for_line FILE PATTERN - until a line of a growing file matches.
wait_for_line() { timeout 20 sh -c 'until grep -q "$2" "$1"; do :; done' - "$1" "$2" || fail "no $2 in $1"; }

"$samples/hello" --pause=1h -dl=CONSOLE 2>log &
hello=$!
wait_for_line log answered
kill -TERM "$hello"
status=0
wait "$hello" || status=$?
expect 71 "$status"
expect 'hello: aborted (user or software interrupt)' "$(tail -n 1 log)"

"$STUCK" --shutdown-deadline=100ms -dl=CONSOLE 2>log &
stuck=$!
wait_for_line log busy
kill -INT "$stuck"
status=0
wait "$stuck" || status=$?
expect 71 "$status"
expect_match '*: timed out (still alive at the shutdown deadline: stuck <*> on main (stuck))' "$(tail -n 1 log)"

"$STUCK" --shutdown-deadline=1h -dl=CONSOLE 2>log &
stuck=$!
wait_for_line log busy
kill -TERM "$stuck"
timeout 20 sh -c 'while kill -TERM "$1" 2>/dev/null; do :; done' - "$stuck" || true
status=0
wait "$stuck" || status=$?
expect 143 "$status"
expect_match '*: ended by a second SIGTERM; still alive: stuck <*> on main (stuck)' "$(tail -n 1 log)"

# too deep for its stack: the process dies of it, but says why
status=0
"$STUCK" --deep 2>log || status=$?
expect 139 "$status"
expect_match '*object stuck <*>: its stack of 262144 bytes is too small*' "$(cat log)"
