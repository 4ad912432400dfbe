#!/bin/sh
# A role that ignores its stop signal is killed at the stop timeout, and history says so.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  stubborn:
    command: [python3, -c, 'import signal; signal.signal(15, signal.SIG_IGN); print("deaf", flush=True); [signal.pause() for _ in iter(int, 1)]']
    ready: {log_line: deaf}
    shutdown: {timeout: 300ms}
  other: {command: [tail, -f, /dev/null]}
Y
cake up --detach --wait --timeout=20s
pid=$(pid_of stubborn)
cake stop stubborn
gone "$pid" || fail "it lives"
expect_in SIGKILL "$(cake history stubborn -o json)"
expect_in 'killed after the stop timeout' "$(cake history stubborn -o json)"
