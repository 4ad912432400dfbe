#!/bin/sh
# HTTP servers on ports that the group assigns work behind its endpoint: headers, bodies, methods, kept connections, large answers.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

port=$(free_ports)
cat >layer-cake.yaml <<YAML
http: {listen: "$port", routes: [{path: /web/*, pool: web}]}
pools: {web: {role: web, concurrency: 4}}
roles:
  web: {command: [$programs/web], protocol: http, ports: {http: auto, admin: auto}, replicas: 2}
YAML
gives 0 cake up --detach --wait --timeout=60s
at=http://127.0.0.1:$port
answer() { curl -sS --max-time 30 "$@"; }
expect '{"path": "/web/a%20b?x=1", "method": "PUT", "body": "text"}' "$(answer -X PUT -d text "$at/web/a%20b?x=1" | json '{k: d[k] for k in ("path", "method", "body")}')"
expect 201 "$(answer -o /dev/null -w '%{http_code}' -d text "$at/web/")"
headers=$(answer -H 'X-Mine: 1' -H 'Connection: X-Gone' -H 'X-Gone: 1' -H 'TE: trailers' -H 'X-Forwarded-Proto: https' "$at/web/" | json 'd["headers"]')
expect '["1", null, null, "http", "127.0.0.1", "1.1 layer-cake", null]' "$(echo "$headers" | json '[d.get(k) for k in ("x-mine", "x-gone", "te", "x-forwarded-proto", "x-forwarded-for", "via", "connection")]')"
got=$(answer -D - -o /dev/null "$at/web/")
expect_match '*X-Kept: yes*' "$got"
case $got in *X-Secret*) fail "a header of one hop went on: $got" ;; esac
expect 6553600 "$(answer "$at/web/?large=100" | wc -c)"
got=$(answer -I "$at/web/")
expect_match '*X-Kept: yes*Content-Length: [1-9]*' "$(printf %s "$got" | tr -d '\r')"
expect_match '*Transfer-Encoding: chunked*' "$(answer -I "$at/web/?large=1")"
expect_match '*"method": "GET"*' "$(answer "$at/web/")" # and the connections are good for the next
expect 404 "$(answer -o /dev/null -w '%{http_code}' "$at/other")"

# one connection to a worker serves many requests
for _ in 1 2 3 4 5 6; do answer "$at/web/" | json 'd["client"]'; done >"$work/clients"
[ "$(sort -u "$work/clients" | wc -l)" -le 4 ] || fail "a connection for each request: $(cat "$work/clients")"

# the ports are in the environment, differ, and are free again at the end
ports=$(for name in web-0 web-1; do tr '\0' '\n' <"/proc/$(pid_of $name)/environ" | sed -n 's/^PORT_[A-Z]*=//p'; done)
expect 4 "$(echo "$ports" | sort -u | wc -l)"

# a worker that dies in the middle of a request: one answer, and it comes back
expect 502 "$(answer -o /dev/null -w '%{http_code}' "$at/web/?die=1")"
await 'r["web-0"].restarts.total + r["web-1"].restarts.total == 1 and all(r[n].state == "running" for n in ("web-0", "web-1"))' 30
expect 200 "$(answer -o /dev/null -w '%{http_code}' "$at/web/")"
gives 0 cake down
"$python" - $ports <<'PYTHON'
import socket, sys
for port in sys.argv[1:]:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", int(port)))
PYTHON
