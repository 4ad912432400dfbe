#!/bin/sh
# The endpoint follows its definition while it runs: routes, rules of a pool, another port, an end; workers that stay are not touched.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

# shellcheck disable=SC2046 # words
set -- $(free_ports 2)
first=$1 second=$2
# file PORT PATH POOL_RULES
file() {
    cat >layer-cake.yaml <<YAML
http: {listen: "$1", routes: [{path: $2, pool: lines}]}
pools: {lines: {role: lines, $3}}
roles:
  lines: {command: [$programs/lines], protocol: json_lines, replicas: 2}
  other: {command: sleep infinity}
YAML
}
code() { curl -s -o /dev/null -w '%{http_code}' --max-time 60 "$@" || true; }
file "$first" /a 'responsiveness: 5s'
gives 0 cake up --detach --wait --timeout=60s
expect 200 "$(code "http://127.0.0.1:$first/a")"
pids=$(cake status -o json | json '[p["pid"] for p in d["processes"]]')

file "$first" /b 'responsiveness: 5s'
gives 0 cake up --detach
expect '~ http  change' "$err"
expect 404 "$(code "http://127.0.0.1:$first/a")"
expect 200 "$(code "http://127.0.0.1:$first/b")"

# in the middle of a request: it is answered by the same worker
curl -sS -o "$work/answer" -w '%{http_code}' --max-time 60 "http://127.0.0.1:$first/b?work=300" >"$work/code" &
asking=$!
await_work() { until [ "$(cake status -o json | json 'd["pools"][0]["in_flight"]')" = 1 ]; do kill -0 $asking || return 0; done; }
await_work
file "$first" /b 'responsiveness: 2s, size_of_queue: 3'
gives 0 cake up --detach
expect '~ pool "lines"  change' "$err"
wait $asking
expect 200 "$(cat "$work/code")"
expect '3 2.0' "$(cake status -o json | json '[str(p["size_of_queue"]) + " " + str(float(p["responsiveness"])) for p in d["pools"]][0]')"
expect 200 "$(code "http://127.0.0.1:$first/b")"
expect 4 "$(cake status -o json | json 'd["pools"][0]["completed"]')"

# other limits hold for the listener that stands: a request under way is answered
curl -sS -o "$work/answer" -w '%{http_code}' --max-time 60 "http://127.0.0.1:$first/b?work=300" >"$work/code" &
asking=$!
await_work
sed -i 's/^http: {/&max_body: 16, /' layer-cake.yaml
gives 0 cake up --detach
wait $asking
expect 200 "$(cat "$work/code")"
expect 413 "$(code -d '{"text": "far too long"}' -H 'Content-Type: application/json' "http://127.0.0.1:$first/b")"

file "$second" /b 'responsiveness: 2s, size_of_queue: 3'
gives 0 cake up --detach
expect 000 "$(code "http://127.0.0.1:$first/b")"
expect 200 "$(code "http://127.0.0.1:$second/b")"
expect "$pids" "$(cake status -o json | json '[p["pid"] for p in d["processes"]]')" 'processes'

cat >layer-cake.yaml <<YAML
roles:
  other: {command: sleep infinity}
YAML
gives 0 cake up --detach
expect 000 "$(code "http://127.0.0.1:$second/b")"
expect '[]' "$(cake status -o json | json 'd["pools"]')"
gives 0 cake down
expect '' "$(survivors)" 'what is left'

