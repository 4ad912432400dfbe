#!/bin/sh
# A foreground group ends with its main role and with the main role's status; the others are stopped.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  main: {command: 'echo the last words; exit 5', depends_on: [side]}
  side: {command: [sleep, infinity]}
main_role: main
YAML
gives 5 cake up
expect_match '*main*the last words*' "$out"
expect '' "$(survivors)" 'what is left'
expect 5 "$(cake returned)"
expect '"SIGTERM"' "$(cake returned side)"

gives 0 cake update main --command='kill -KILL $$'
gives 137 cake run
gives 0 cake update main --command='exit 0'
gives 0 cake run
gives 0 cake run main --no-prefix --quiet
gives 0 cake update main --command='echo plain'
gives 0 cake run --no-prefix --quiet
expect plain "$out"
