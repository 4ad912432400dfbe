#!/bin/sh
# An idle group uses no processor time: nothing is polled.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  sleeper: {command: [sleep, infinity], replicas: 20, restart: always}
YAML
gives 0 cake up --detach --wait
"$python" - "$(supervisor_pid)" <<'PY' || fail 'it is not idle'
import os, select, sys

def switches(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        facts = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/task/{task}/status") if ":\t" in line)
        total += int(facts["voluntary_ctxt_switches"]) + int(facts["nonvoluntary_ctxt_switches"])
    return total

supervisor = int(sys.argv[1])
guardian = int(dict(line.split(":\t", 1) for line in open(f"/proc/{supervisor}/status") if ":\t" in line)["PPid"])
end = select.poll()
end.register(os.pidfd_open(supervisor), select.POLLIN)

# What the last command has left to do may still be under way: quiet is awaited first.
for _ in range(50):
    before = switches(supervisor), switches(guardian)
    if end.poll(200):
        sys.exit("the supervisor has ended")
    if before == (switches(supervisor), switches(guardian)):
        break
before = switches(supervisor), switches(guardian)
end.poll(3000)
after = switches(supervisor), switches(guardian)
if before != after:
    sys.exit(f"woke up {after[0] - before[0]} and {after[1] - before[1]} times in three seconds")
PY
gives 0 cake down
