#!/bin/sh
# When stop returns, nothing that a role started is alive: not what changed session, not what ignores SIGTERM.
set -eu
. "$(dirname "$0")/lib.sh"
need setsid

cat > escapee.py <<'P'
import os, signal, sys, time
def write(name):
    with open(name + ".tmp", "w") as out:
        out.write(str(os.getpid()))
    os.rename(name + ".tmp", name)
if os.fork() == 0:                      # ignores SIGTERM, in the leader's group
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    write("child.pid")
    while True: signal.pause()
if os.fork() == 0:                      # a daemon: new session, double fork
    os.setsid()
    if os.fork() == 0:
        for fd in range(3): os.close(fd)
        write("daemon.pid")
        while True: signal.pause()
    os._exit(0)
while not (os.path.exists("child.pid") and os.path.exists("daemon.pid")): os.sched_yield()
print("ready", flush=True)
signal.pause()                          # the leader ends on SIGTERM at once
P
cat > layer-cake.yaml <<'Y'
roles:
  escapee: {command: [python3, escapee.py], ready: {log_line: ready}}
  other: {command: [tail, -f, /dev/null]}
Y
cake up --detach --wait --timeout=20s
pids="$(pid_of escapee) $(cat child.pid) $(cat daemon.pid)"
cake stop escapee
gone $pids || fail "something of the role lives after stop"
expect running "$(field other 'role["state"]')"
