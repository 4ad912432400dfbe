#!/bin/sh
# The program may be replaced, or removed, while a group runs: the new one is understood, and the group goes on.
set -eu
. "$(dirname "$0")/lib.sh"

cp "$LAYER_CAKE" program
cat >layer-cake.yaml <<'YAML'
roles:
  web: {command: [sleep, infinity], restart: always, liveness: {exec: [test, -e, layer-cake.yaml], period: 50ms}}
  db: {command: [sleep, infinity]}
YAML
gives 0 "$work/program" up --detach --wait
cp "$LAYER_CAKE" new
mv new program
gives 0 "$work/program" status -o name
gives 0 "$work/program" restart db
kill -KILL "$(pid_of web)"
await 'r["web"].restarts.total == 1 and r["web"].state == "running"'
rm program
gives 0 cake stop db
gives 0 cake start db
gives 0 cake down
expect '' "$(survivors)" 'what is left'
