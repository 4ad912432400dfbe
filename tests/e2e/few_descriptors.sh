#!/bin/sh
# Where descriptors run out, connections are refused and not waited for in circles; roles run on with their own limit, and it recovers.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  many: {command: 'ulimit -n >>limits; exec sleep infinity', replicas: 40}
YAML
(
    ulimit -n 400
    exec "$LAYER_CAKE" up --detach --wait --timeout=60s
) 2>said || fail "it has not started: $(cat said)"
expect 400 "$(sort -u limits)" 'limit of the roles'
"$python" - "$LAYER_CAKE" "$home/control.sock" "$(supervisor_pid)" <<'PY' || fail 'it was too much'
import os, select, socket, subprocess, sys, time

program, path, pid = sys.argv[1:]
end = select.poll()
end.register(os.pidfd_open(int(pid)), select.POLLIN)


def used():
    with open(f"/proc/{pid}/stat") as stat:
        return sum(int(field) for field in stat.read().rpartition(")")[2].split()[11:13]) / os.sysconf("SC_CLK_TCK")


clients = []
for _ in range(500):
    client = socket.socket(socket.AF_UNIX)
    client.setblocking(False)
    try:
        client.connect(path)
    except BlockingIOError:
        break  # the queue of those not yet accepted is full
    clients.append(client)
assert len(clients) > 100, len(clients)
open_ones = len(os.listdir(f"/proc/{pid}/fd"))
before = used()
if end.poll(3000):
    sys.exit("the supervisor has ended")
assert used() - before < 0.3, f"{used() - before} s of 3 s were used, with {open_ones} descriptors open"
for client in clients:
    client.close()
began = time.monotonic()
subprocess.run([program, "status", "-o", "name"], check=True, stdout=subprocess.DEVNULL)
assert time.monotonic() - began < 2, "it has not recovered"
PY
expect 40 "$(cake status -o json | json "sum(p['state'] == 'running' for p in d['processes'])")" 'roles that run'
gives 0 cake down

# With far too few, those roles run for which there are enough; the others say why they do not, and it stays in hand.
(
    ulimit -n 64
    exec "$LAYER_CAKE" up --detach
) >said 2>&1 || true
await 'all(p.state in ("running", "failed") for p in r.values())'
few=$(cake status -o json | json "sum(p['state'] == 'running' for p in d['processes'])")
[ "$few" -ge 3 ] || fail "$few roles run: $(cake status)"
expect 'the group may not open enough files for another role: see ulimit -n' \
    "$(cake status -o json | json "sorted(set(p['reason'] for p in d['processes'] if p['state'] == 'failed'))[0]")"
gives 0 cake stop many-0
gives 0 cake down
