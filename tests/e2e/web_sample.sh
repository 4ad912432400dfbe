#!/bin/sh
# samples/web runs real nginx, redis and Python; each is killed and comes back; it scales; it goes down clean.
set -eu
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
. "$(dirname "$0")/lib.sh"
need nginx redis-server redis-cli curl
ports=$(python3 -c '
import socket
held = [socket.socket() for _ in range(2)]
for s in held: s.bind(("127.0.0.1", 0))
first = next(p for p in range(20000 + held[0].getsockname()[1] % 9000, 40000) if all(socket.socket().connect_ex(("127.0.0.1", p + i)) for i in range(4)))
print(first, held[0].getsockname()[1], held[1].getsockname()[1])')
set -- $ports
export FILES_PORT="$1" FRONT_PORT="$2" REDIS_PORT="$3"
cake up "$samples/web/layer-cake.yaml" --detach --wait --timeout=60s
expect_in 'Served by one of two replicas' "$(curl -fsS "http://127.0.0.1:$FRONT_PORT/")"
expect 'hello from layer-cake' "$(redis-cli -p "$REDIS_PORT" get greeting)"
for role in cache files-0 front; do
    pid=$(pid_of "$role")
    kill -9 "$pid"
    wait_until_gone "$pid"
    cake wait "$role" --for=ready --timeout=30s
done
expect_in 'Served by' "$(curl -fsS "http://127.0.0.1:$FRONT_PORT/")"
cake scale files=3
cake wait files-2 --for=ready --timeout=30s
pids=$(for role in cache files-0 files-1 files-2 front; do pid_of "$role"; done)
cake down
gone $pids || fail "something lives after down"
