#!/bin/sh
# A killed role is replaced; one that gives up is failed; the steps and the window are kept.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  always: {command: [tail, -f, /dev/null], restart: always}
  crash: {command: [sh, -c, exit 7], restart: {policy: on_failure, max: 3, window: 60s}}
  once: {command: [sh, -c, exit 0], restart: on_failure}
Y
cake up --detach
cake wait always --for=ready --timeout=10s
pid=$(pid_of always)
kill -9 "$pid"
wait_until_gone "$pid"
cake wait always --for=ready --timeout=10s
[ "$(pid_of always)" != "$pid" ] || fail "it was not replaced"
expect_status 1 cake wait crash --for=ready --timeout=10s
expect failed "$(field crash 'role["state"]')"
expect_in 'exit 7' "$(field crash 'role["reason"]')"
expect completed "$(field once 'role["state"]')"
expect_in SIGKILL "$(cake history always -o json)"
expect 7 "$(cake returned crash)"
