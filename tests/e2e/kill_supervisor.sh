#!/bin/sh
# Killing the supervisor with SIGKILL leaves no process of the group alive, and the next command finds a consistent home.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  sleeper: {command: [sleep, infinity], replicas: 10}
  escapee: {command: [$programs/escapee, $work/pids], ready: {log_line: escaped}}
YAML

gives 0 cake up --detach --wait
pids="$(cat pids) $(cake status -o json | json "' '.join(str(p['pid']) for p in d['processes'])")"
kill -KILL "$(supervisor_pid)"
# shellcheck disable=SC2086 # several pids
gone $pids
expect '' "$(survivors)" 'what is left'

gives 3 cake status
expect_match 'layer-cake: *nothing is running' "$err"
gives 0 cake history escapee
expect_match '*lost*' "$out"
gives 0 cake start --wait
gives 0 cake status -o name
gives 0 cake down
expect '' "$(survivors)" 'what is left'
