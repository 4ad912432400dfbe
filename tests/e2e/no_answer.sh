#!/bin/sh
# A group that does not answer keeps no command longer than its --timeout, and those without one 10 seconds.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add sleep web -- infinity
gives 0 cake start
group=$(supervisor_pid)
kill -STOP "$group"
release() { kill -CONT "$group" 2>/dev/null || :; }

for command in 'stop' 'stop web' 'start' 'start web' 'restart' 'wait web' 'wait web --for=stopped' 'returned web' \
    'up --detach' 'scale web=2' 'down'; do
    # shellcheck disable=SC2086 # words
    took=$(seconds sh -c '"$@"; [ $? -eq 6 ]' - "$LAYER_CAKE" $command --timeout=300ms 2>err) || fail "$command: $(cat err)"
    within 0.3 "$took" 5
done
took=$(seconds sh -c '"$@"; [ $? -eq 6 ]' - "$LAYER_CAKE" status 2>err) || fail "status: $(cat err)"
within 9 "$took" 15
kill -CONT "$group"
gives 0 cake down
