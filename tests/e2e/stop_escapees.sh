#!/bin/sh
# When stop returns, processes that ignored the signal, were orphaned or made a session of their own are gone too.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  escapee: {command: [$programs/escapee, $work/pids], ready: {log_line: escaped}, shutdown: {timeout: 5s}}
  other: {command: [sleep, infinity]}
YAML

gives 0 cake up --detach --wait
[ "$(wc -l <pids)" -eq 3 ] || fail 'the escapee has not left three processes'
gives 0 cake stop escapee
for pid in $(cat pids); do
    ! alive "$pid" || fail "process $pid lives on after stop"
done
expect running "$(state_of other)"
gives 0 cake history escapee
expect_match '*(exit 0)' "$out"

: >pids
gives 0 cake start escapee --wait
gives 0 cake stop
for pid in $(cat pids); do
    ! alive "$pid" || fail "process $pid lives on after the group's stop"
done
expect '' "$(survivors)" 'what is left'
