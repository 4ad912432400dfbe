#!/bin/sh
# Programs that speak NATS reach a pool by a subject: they get its answers, and what it refuses as errors of a NATS service; NATS's
# tools list it. A server that comes later, or goes and comes back, is no matter.
set -eu
. "$(dirname "$0")/lib.sh"
need nats-server
set -- $(free_ports 1)
port=$1
ask() { "$python" "$e2e/nats_ask.py" "$port" "$@"; }
server() {
    nats-server -a 127.0.0.1 -p "$port" >nats.log 2>&1 &
    server=$!
    until grep -q 'Server is ready' nats.log; do :; done
}

cat >layer-cake.yaml <<END
name: shop
nats:
  servers: [nats://127.0.0.1:$port]
  routes: [{subject: shop.thumbnail, pool: thumbs}]
pools:
  thumbs: {role: thumb, size_of_queue: 2, responsiveness: 60s}
roles:
  thumb: {command: ["$programs/lines"], protocol: json_lines}
END
gives 0 cake up --detach --wait
server
until [ "$(ask shop.thumbnail '{"n": 1}')" != '503 no responders' ]; do :; done
expect_match '*"asked": {"n": 1}*' "$(ask shop.thumbnail '{"n": 1}')"
expect_match '4?? invalid: *' "$(ask shop.thumbnail 'no json')"
expect_match '*"name":"shop"*"metadata":*' "$(ask '$SRV.PING' '')"
expect_match '*"endpoints":*"subject":"shop.thumbnail"*' "$(ask '$SRV.INFO.shop' '')"
expect_match '*"num_requests":[1-9]*' "$(ask '$SRV.STATS.shop' '')"

# more than the pool lets in
answers=$(ask shop.thumbnail '{"work": 300}' 8 | sort)
expect_match '*503 overloaded: 2 requests wait already*' "$answers"

# the server goes and comes back
kill -9 "$server"
wait "$server" 2>/dev/null || :
server
until [ "$(ask shop.thumbnail '{"n": 2}')" != '503 no responders' ]; do :; done
gives 0 cake down
expect '503 no responders' "$(ask shop.thumbnail '{"n": 3}')"

