#!/bin/sh
# A group described in YAML comes up in order, is seen, logs, and goes down, leaving nothing.
set -eu
. "$(dirname "$0")/lib.sh"

cat > layer-cake.yaml <<'Y'
name: demo
roles:
  first: {command: 'echo first is up; exec tail -f /dev/null', ready: {log_line: is up}}
  second: {command: 'echo second here; exec tail -f /dev/null', depends_on: [first]}
  once: {type: oneshot, command: 'echo done once', depends_on: [second]}
Y
cake up --detach --wait --timeout=20s
expect running "$(field first 'role["state"]')"
expect running "$(field second 'role["state"]')"
cake wait once --for=completed --timeout=10s
expect completed "$(field once 'role["state"]')"
pids="$(pid_of first) $(pid_of second)"
expect_in 'second here' "$(cake log second --tail=10)"
expect_in 'done once' "$(cake log once --tail=10)"
cake down
gone $pids || fail "something lives after down"
expect_status 3 cake status
