#!/bin/sh
# Object programs of a group find each other with no address told, whoever is first; a pool of hosts has the workers there are.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}

port=$(free_ports)
cat >layer-cake.yaml <<END
directory: {scope: group}
roles:
  server:
    executable: $samples/texture_4
    settings:
      server_address: {host: 127.0.0.1, port: $port}
      pool: {placement: host, responsiveness: 10s}
    ready: {tcp_socket: $port, timeout: 20s}
  worker:
    executable: $samples/multihost_worker
    replicas: 2
    restart: {policy: always, first_steps: [0s], regular_steps: 100ms}
    shutdown: {timeout: 5s}
  named:
    executable: $samples/multihost_worker
    settings: {name: shop.named, scope: GROUP}
    ready: {published: shop.named, timeout: 20s}
  after:
    command: [sleep, infinity]
    depends_on: {named: {condition: published}}
    addresses: {AT: {name: shop.named, scope: group}}
END
gives 0 cake up --detach --wait --timeout=60s
url=http://127.0.0.1:$port/Xy
answer() { curl -sS -m 20 -o "$work/body" -w '%{http_code}' --retry 50 --retry-delay 1 --retry-all-errors -f "$url?x=2&y=2"; }
expect 200 "$(answer)"
expect running "$(state_of after)"
at=$(tr '\0' '\n' <"/proc/$(pid_of after)/environ" | sed -n 's/^AT=//p')
expect_match '127.0.0.1:*' "$at"

gives 0 cake network --open-scope=group -lp -ls -lc
expect_match '\[GROUP\] group-cake (????????)*
*# "worker:*
*\[PROCESS\] multihost_worker*' "$out"
expect_match "*# \"shop.named\" (*) $at*" "$out"
expect_match '*+   +   ? "worker*
+   +   +   > "worker:*"\[GROUP\] (127.0.0.1:*' "$out"

# whatever is killed, requests find another
for worker in worker-0 worker-1; do
    kill -KILL "$(pid_of "$worker")"
    expect 200 "$(answer)"
    await "r['$worker'].state == 'running'" 20
done
gives 0 cake load "$url" --xy=20 --clients=4 --requests=10 --timeout=20s
gives 0 cake down
[ ! -e .layer-cake/directory.sock ] || fail 'the socket is left'
