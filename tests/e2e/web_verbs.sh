#!/bin/sh
# The group of samples/web, typed at the shell: real nginx, redis and Python are added, started, killed, scaled and stopped by verbs.
set -eu
. "$(dirname "$0")/lib.sh"
need nginx redis-server redis-cli curl

web=$(cd "$e2e/../../samples/web" && pwd)
# shellcheck disable=SC2046 # words
set -- $(free_ports 6)
front=$1 redis=$2 files=$3
page() { curl -fsS --max-time 10 --retry 3 --retry-connrefused "http://127.0.0.1:$front/"; }

gives 0 cake create --retry='{first_steps: [100ms], regular_steps: 1s}'
gives 0 cake add redis-server cache --ready.tcp-socket="$redis" --ready.timeout=20s \
    -- --port "$redis" --bind 127.0.0.1 --save '' --appendonly no
gives 0 cake add redis-cli seed --type=oneshot --depends-on='{cache: ready}' -- -p "$redis" set greeting 'hello from verbs'
gives 0 cake add /bin/sh files --role-count=2 --ready.log-line='Serving HTTP on' --environment='{PYTHONUNBUFFERED: "1"}' \
    -- -c "exec $python -m http.server --bind 127.0.0.1 --directory $web/public \$(($files + \$LAYER_CAKE_INDEX))"
gives 0 cake add "$web/front.sh" front --environment="{FRONT_PORT: \"$front\", FILES_PORT: \"$files\"}" \
    --depends-on='{seed: completed, files: ready}' --ready.http-get="http://127.0.0.1:$front/" --shutdown.signal=SIGQUIT

gives 0 cake start --wait --timeout=60s
expect completed "$(state_of seed)"
expect_match '*Served by one of two replicas*' "$(page)"
expect 'hello from verbs' "$(redis-cli -p "$redis" get greeting)"
for role in cache files-0 files-1 front; do
    kill -KILL "$(pid_of "$role")"
    await "r['$role'].restarts.total == 1 and r['$role'].state == 'running' and r['$role'].ready" 30
    expect_match '*Served by*' "$(page)"
done
gives 0 cake scale files=3 --wait --timeout=30s
expect running "$(state_of files-2)"
gives 0 cake stop front
expect stopped "$(state_of front)"
expect running "$(state_of cache)"
gives 0 cake start front --wait --timeout=30s
expect_match '*Served by*' "$(page)"
gives 0 cake history cache
expect_match '*(SIGKILL)*' "$out"
gives 0 cake stop
expect '' "$(survivors)" 'what is left'
gives 0 cake destroy
