#!/bin/sh
# A module is an object of one of our programs; one of our programs is a process, or a library, of the peer's.
set -eu
. "$(dirname "$0")/lib.sh"
family=${FAMILY:?the program}
peer() { "$python" "$interop/foreign_parent.py" "$family" "$@"; }

# ours above: the module's value, what it says when it cannot, messages to it, its end
sed '/printed/d' "$programs/factorial.py" >factorial.py
gives 0 "$family" --scenario=program --program=factorial.py --n=6
expect 720 "$out"
gives 71 "$family" --scenario=program --program=./factorial.py --n=-1
expect 'interop-family: cannot compute (below zero)' "$err"
gives 0 "$family" --scenario=ask --program="$programs/worker.py" --start=10
expect 13 "$out"
gives 71 "$family" --scenario=stop --program="$programs/worker.py"
expect 'interop-family: aborted (user or software interrupt)' "$err"
gives 71 "$family" --scenario=program --program="$programs/worker.py"
expect 'interop-family: unknown arguments (n, note)' "$err"
expect '' "$(survivors)" 'processes left'

# the peer above: values, faults and ends of a process
gives 0 peer --scenario=nothing
expect 'status 0' "$out"
gives 0 peer --scenario=fault
expect '{"value":["layer_cake.point_runtime.Faulted",{"condition":"cannot compute","explanation":"below zero","error_code":null,"exit_status":null},[]]}
status 71' "$out"
gives 0 peer --bogus=1
expect_match '{"value":\["layer_cake.point_runtime.Faulted",*unknown argument*status 71' "$out"

# a library: it connects back, its object answers, and it ends by its own will and by a SIGINT
gives 0 peer --library --start=5
expect '100 answers
{"value":["integer8",105,[]]}
status 0' "$out"
gives 0 peer --library
expect_match '100 answers
{"value":\["layer_cake.point_runtime.Aborted",*
status 71' "$out"

# a role of a home of that command: the program keeps its settings, its starts and its values there
as_role() { "$family" "$@" --role-name=fam --home-path="$work/theirs" --child-process --full-output; }
"$python" "$programs/worker.py" --create-role --role-name=group --home-path=theirs --origin=RUN >/dev/null
gives 0 as_role --create-role=true --origin=RUN --scenario=fault --n=7
expect '{"value":["layer_cake.object_startup.CommandResponse",{"command":"create-role","note":"scenario,n"},[]]}' "$out"
gives 71 as_role --create-role=true --origin=RUN
expect_match '*already exists*' "$out"
gives 0 as_role --update-role=true --origin=RUN --start=4
expect_match '*"note":"scenario,n,start"*' "$out"
expect_match '*"unicode",*"fault",*"integer4",*7,*' "$(tr -d '\n' <theirs/role/fam/settings.json)"
gives 71 as_role --origin=RUN_CHILD
expect_match '*"below zero"*' "$out"
expect_match '*"returned": \[*Faulted*"stop": "20*' "$(tr -d '\n' <theirs/role/fam/start_stop.json)"
gives 71 as_role --origin=START_CHILD
expect_match '????-??-??T??:??:??.??? + <????????>* - Created*' "$(head -n 1 theirs/role/fam/logs/*)"
gives 0 as_role --factory-reset=true --origin=RUN
expect_match '*"value": \[\]*' "$(tr -d '\n' <theirs/role/fam/settings.json)"
gives 0 as_role --delete-role=true --origin=RUN
[ ! -e theirs/role/fam ] || fail 'the role is still there'
