#!/bin/sh
# samples/web runs real nginx, redis and Python as documented: each is killed and comes back, it scales, it goes down clean.
set -eu
. "$(dirname "$0")/lib.sh"
need nginx redis-server redis-cli curl

web=$(cd "$e2e/../../samples/web" && pwd)
# shellcheck disable=SC2046 # words
set -- $(free_ports 6)
export FRONT_PORT="$1" REDIS_PORT="$2" FILES_PORT="$3"
page() { curl -fsS --max-time 10 --retry 3 --retry-connrefused "http://127.0.0.1:$FRONT_PORT/"; }

gives 0 cake up "$web/layer-cake.yaml" --detach --wait --timeout=60s
expect_match '*Served by one of two replicas*' "$(page)"
expect 'hello from layer-cake' "$(redis-cli -p "$REDIS_PORT" get greeting)"
for role in cache files-0 files-1 front; do
    kill -KILL "$(pid_of "$role")"
    await "r['$role'].restarts.total == 1 and r['$role'].state == 'running' and r['$role'].ready" 30
    expect_match '*Served by*' "$(page)"
done
gives 0 cake scale files=3 --wait --timeout=30s
expect running "$(state_of files-2)"
gives 0 cake scale files=2
gives 0 cake log front --tail=5
expect_match '*GET / HTTP/1.1*' "$out"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
