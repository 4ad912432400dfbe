#!/bin/sh
# Roles start after what they depend on and stop before it; a cycle is refused by name.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  web: {command: "echo web up >> order; trap 'echo web down >> order; exit 0' TERM; while :; do wait; tail -f /dev/null & wait; done", depends_on: [db]}
  db: {command: "echo db up >> order; trap 'echo db down >> order; exit 0' TERM; echo go; while :; do tail -f /dev/null & wait; done", ready: {log_line: go}}
Y
cake up --detach --wait --timeout=20s
python3 - <<'PY'
import time
while open("order").read().count("\n") < 2: time.sleep(0)
PY
cake stop
expect 'db up
web up
web down
db down' "$(cat order)"
cat > bad.yaml <<'Y'
roles:
  a: {command: [a], depends_on: [b]}
  b: {command: [b], depends_on: [c]}
  c: {command: [c], depends_on: [a]}
Y
expect_status 2 cake check bad.yaml
expect_in 'a -> b -> c -> a' "$errors"
