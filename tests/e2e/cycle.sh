#!/bin/sh
# A cycle in depends_on is refused with its place and its members, and the running group is left alone.
set -eu
. "$(dirname "$0")/lib.sh"

printf 'roles:\n  a: {command: [sleep, infinity]}\n' >layer-cake.yaml
gives 0 cake up --detach
pid=$(pid_of a)
cat >layer-cake.yaml <<'YAML'
roles:
  a: {command: [sleep, infinity], depends_on: [c]}
  b: {command: [sleep, infinity], depends_on: [a]}
  c: {command: [sleep, infinity], depends_on: [b]}
YAML
for verb in check 'up --detach' 'up --dry-run'; do
    # shellcheck disable=SC2086 # verb and option
    gives 2 cake $verb
    expect 'layer-cake.yaml:2:48: roles depend on each other in a cycle: a -> c -> b -> a' "$err" "stderr of $verb"
done
expect "$pid" "$(pid_of a)"
gives 0 cake down
