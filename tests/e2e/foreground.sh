#!/bin/sh
# `run` shows the merged output and returns the main role's status; Ctrl-C stops gracefully, a second one kills.
set -eu
. "$(dirname "$0")/lib.sh"
cat > layer-cake.yaml <<'Y'
roles:
  main: {command: 'echo the last words; exit 5'}
  side: {command: [tail, -f, /dev/null]}
main_role: main
Y
expect_status 5 cake up
expect_in 'the last words' "$output"

cat > graceful.py <<'P'
import os, select, signal, subprocess, sys
command = subprocess.Popen([os.environ["LAYER_CAKE"], "up", sys.argv[1], "-hp=" + sys.argv[2]], stdout=subprocess.PIPE, start_new_session=True)
for line in command.stdout:
    if b"deaf" in line: break
for _ in range(int(sys.argv[3])):
    command.send_signal(signal.SIGINT)
    if int(sys.argv[3]) > 1: select.select([], [], [], 0.2)
command.stdout.read()
print(command.wait(20))
P
cat > polite.yaml <<'Y'
roles:
  polite: {command: "trap 'echo goodbye >> said; exit 0' INT TERM; echo deaf no more; while :; do tail -f /dev/null & wait; done"}
Y
expect 130 "$(python3 graceful.py polite.yaml "$work/polite" 1)"
expect goodbye "$(cat said)"
cat > deaf.yaml <<'Y'
roles:
  stubborn: {command: [python3, -c, 'import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]; print("deaf", flush=True); [signal.pause() for _ in iter(int, 1)]'], shutdown: {timeout: 1h}}
Y
expect 130 "$(python3 graceful.py deaf.yaml "$work/deaf" 2)"
