#!/bin/sh
# Killing the supervisor with SIGKILL leaves no descendant alive, and the next command finds a consistent home.
set -eu
. "$(dirname "$0")/lib.sh"
need setsid

cat > layer-cake.yaml <<'Y'
roles:
  plain: {command: [tail, -f, /dev/null]}
  escapee:
    command: |
      (setsid sh -c 'echo $$$$ > daemon.pid; trap "" TERM; while :; do tail -f /dev/null; done' &)
      (trap "" TERM INT; echo $$$$ >> sub.pid; tail -f /dev/null) &
      until [ -s daemon.pid ]; do :; done
      echo ready
      wait
    ready: {log_line: ready}
Y
cake up --detach --wait --timeout=20s
supervisor=$(cake status -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)["group"]["pid"])')
pids="$(pid_of plain) $(pid_of escapee) $(cat daemon.pid)"
kill -9 "$supervisor"
wait_until_gone $pids
cake start --wait --timeout=20s
expect running "$(field plain 'role["state"]')"
cake stop
