#!/bin/sh
# A role killed with SIGKILL is running again at once, each of them, and its history says how it ended.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
restart: on_failure
roles:
  web: {command: [sleep, infinity], replicas: 2}
  db: {command: [sleep, infinity]}
YAML

gives 0 cake up --detach --wait
for role in web-0 web-1 db; do
    old=$(pid_of "$role")
    kill -KILL "$old"
    await "r['$role'].restarts.total == 1 and r['$role'].state == 'running'"
    new=$(pid_of "$role")
    [ "$old" != "$new" ] || fail "$role has the pid of the one that was killed"
    gives 0 cake returned "$role" --start=-2
    expect '"SIGKILL"' "$out"
    gives 0 cake history "$role"
    expect_match '\[0\] *(SIGKILL)*\[1\] * ago ... \?' "$out"
done
gives 0 cake down
