#!/bin/sh
# Killing the guardian does not disturb the roles; status says so, and stop still leaves nothing.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  sleeper: {command: [sleep, infinity]}
  escapee: {command: [$programs/escapee, $work/pids], ready: {log_line: escaped}}
YAML

gives 0 cake up --detach --wait
guardian=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$(supervisor_pid)/status")
kill -KILL "$guardian"
gone "$guardian"
expect running "$(state_of sleeper)"
expect false "$(cake status -o json | json "d['group']['guarded']")"
gives 0 cake status
expect_match '*guardian*gone*' "$err"
gives 5 cake -hp="$home" destroy
gives 0 cake stop
expect '' "$(survivors)" 'what is left'
gives 0 cake start
gives 0 cake down

# Both at the same moment: each role's first process ends with them, and the next start is one.
gives 0 cake start --wait
first=$(pid_of sleeper)
supervisor=$(supervisor_pid)
guardian=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$supervisor/status")
kill -KILL "$guardian" "$supervisor"
gone "$first" "$supervisor" "$guardian"
gives 3 cake status
gives 0 cake start sleeper --wait
gives 0 cake down
