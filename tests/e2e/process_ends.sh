#!/bin/sh
# However a process that runs an object ends, its parent hears of it once; none outlives its parent.
set -eu
. "$(dirname "$0")/lib.sh"
family=${FAMILY:?the program}

# start SCENARIO - in the background, until its child has answered: $parent and $child are their pids.
start() {
    : >log
    "$family" --scenario="$1" -dl=CONSOLE >value 2>log &
    parent=$!
    timeout 20 sh -c 'until grep -q "up (pid=[0-9]*)" log; do :; done' || fail "$1 does not come up: $(cat log)"
    child=$(sed -n 's/.*up (pid=\([0-9]*\)).*/\1/p' log)
}
# ends STATUS - of the parent.
ends() {
    status=0
    wait "$parent" || status=$?
    expect "$1" "$status" 'exit status'
}

# a child that dies with two requests open: each gets one answer, and the parent its end
for scenario in die die-early; do
    gives 71 "$family" --scenario=$scenario
    expect_match 'family: process ended (worker (role family.worker-0, pid *) was ended by SIGKILL)' "$err"
done

start wait
kill -KILL "$child"
ends 0
expect_match '*layer_cake.point_runtime.Returned*' "$("$family" --dump-types)"
expect "worker (role family.worker-0, pid $child) was ended by SIGKILL" "$(json "d['message'][1]['explanation']" <value)"

# the parent dies: so do its child and its child's child
for scenario in wait wait-grandchild; do
    start $scenario
    kill -KILL "$parent"
    ends 137
    gone "$child"
    expect '' "$(survivors)" 'processes left'
done

# the parent is told to stop: all end, the parent with the value of its own
for scenario in wait wait-grandchild; do
    start $scenario
    kill -TERM "$parent"
    ends 0
    expect '' "$(survivors)" 'processes left'
done

# one that does not come back is named by itself, and killed where it cannot even do that
gives 71 "$family" --scenario=stuck --patience=1s
expect_match 'family: timed out (still alive at the shutdown deadline: stuck <*> on main (stuck))' "$err"
gives 71 "$family" --scenario=stuck --patience=100ms
expect_match 'family: timed out (stuck (role family.stuck-0, pid *) was killed: it had not ended 100ms after its Stop)' "$err"
expect '' "$(survivors)" 'processes left'
