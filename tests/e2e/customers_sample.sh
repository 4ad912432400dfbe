#!/bin/sh
# samples/customers keeps resources: made, listed, changed, removed over HTTP; what is wrong has its status.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}

port=$(free_ports)
cat >layer-cake.yaml <<YAML
roles:
  customers:
    executable: $samples/customers
    settings: {server_address: {host: 127.0.0.1, port: $port}}
    ready: {tcp_socket: $port}
YAML
gives 0 cake up --detach --wait --timeout=20s
at=http://127.0.0.1:$port/customers
ask() { curl -sS -m 10 -w ' %{http_code}' "$@"; }
json='Content-Type: application/json'

expect '[] 200' "$(ask "$at")"
expect '{"id":1,"name":"ann","email":"ann@example.org"} 200' "$(ask -d 'name=ann&email=ann@example.org' "$at")"
expect '{"id":2,"name":"bob","email":""} 200' "$(ask -H "$json" -d '{"name":"bob"}' "$at")"
expect '{"id":1,"name":"anna","email":"ann@example.org"} 200' "$(ask -X PATCH -H "$json" -d '{"name":"anna"}' "$at/1")"
expect '{"id":2,"name":"rob","email":"r@example.org"} 200' "$(ask -X PUT -d 'name=rob&email=r@example.org' "$at/2")"
expect '[{"id":1,"name":"anna","email":"ann@example.org"}] 200' "$(ask "$at?name=an")"
expect ' 204' "$(ask -X DELETE "$at/1")"
expect_match '*no such customer* 404' "$(ask "$at/1")"
expect_match '*id* 400' "$(ask "$at/one")"
expect_match '* 405' "$(ask -X DELETE "$at")"
expect_match '* 404' "$(ask "http://127.0.0.1:$port/orders")"
gives 0 cake down
