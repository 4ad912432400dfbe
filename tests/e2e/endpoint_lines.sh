#!/bin/sh
# The group's endpoint turns requests into lines for a shell worker and its lines into answers, and refuses the rest as JSON.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

port=$(free_ports)
cat >layer-cake.yaml <<YAML
http:
  listen: 127.0.0.1:$port
  max_body: 1000
  routes:
    - {path: /echo, pool: echoes}
    - {path: /lines, pool: lines, methods: [GET, POST]}
    - {path: /lines, pool: echoes, methods: [PUT]}
pools:
  echoes: {role: echo}
  lines: {role: lines}
roles:
  echo: {command: 'while read -r line; do echo "\$\$line"; done', protocol: json_lines, replicas: 2}
  lines: {command: [$programs/lines], protocol: json_lines}
YAML
gives 0 cake up --detach --wait --timeout=60s
# ask WANTED_STATUS WANTED_BODY CURL_ARGUMENT...
ask() {
    wanted_status=$1 wanted_body=$2
    shift 2
    status=$(curl -sS -o "$work/body" -w '%{http_code}' --max-time 30 "$@")
    expect "$wanted_status" "$status" "status of $*"
    [ "$wanted_body" != "$(cat "$work/body")" ] || return 0
    # shellcheck disable=SC2254 # a pattern is wanted
    case $(cat "$work/body") in
    $wanted_body) ;;
    *) fail "wanted $wanted_body
got $(cat "$work/body")" ;;
    esac
}
at=http://127.0.0.1:$port
ask 200 '{"x":8,"y":-2.5,"s":"a b","t":true,"zip":"007","list":[1,2]}' "$at/echo?x=8&y=-2.5&s=a+b&t=true&zip=007&list=1&list=2"
ask 200 '{}' "$at/echo"
ask 200 '{"a":[1,{"b":"c"}]}' -H 'Content-Type: application/json' -d '{"a": [1, {"b":
 "c"}]}' "$at/echo"
ask 200 '{"a":1,"q":2}' -H 'Content-Type: application/json' -d '{"a":1}' "$at/echo?q=2"
ask 200 '{"name":"joe","n":3}' -d 'name=joe&n=3' "$at/echo"
ask 200 '*Content-Length: 3*' -I "$at/echo"
ask 400 '*field \\"a\\" is in the query and in the body*' -H 'Content-Type: application/json' -d '{"a":1}' "$at/echo?a=2"
ask 400 '*the body is not JSON:*' -H 'Content-Type: application/json' -d '{"a":' "$at/echo"
ask 400 '*a query needs a body that is an object*' -H 'Content-Type: application/json' -d '[1]' "$at/echo?a=2"
ask 415 '*not \\"text/plain\\"*' -H 'Content-Type: text/plain' -d 'x' "$at/echo"
ask 404 '{"error":{"fault":"missing","detail":"no route \\"/Echo\\""}}' "$at/Echo"
ask 405 '*this path takes GET, POST*' -X DELETE "$at/echo"
ask 405 '*this path takes GET, POST, PUT*' -X PATCH "$at/lines"
expect_match '*Allow: GET, POST*' "$(curl -sS -D - -o /dev/null -X DELETE "$at/echo")"
ask 200 '{}' -X PUT "$at/lines"
ask 413 '*' -H 'Expect:' -H 'Content-Type: application/json' -d "$("$python" -c 'print("[" + "1," * 1000 + "1]")')" "$at/echo"

# the worker's own refusals, and what is no answer
ask 500 '{"error":"x"}' -G --data-urlencode 'raw={"error":"x"}' "$at/lines"
ask 422 '{"error":"x","status":422}' -G --data-urlencode 'raw={"error":"x","status":422}' "$at/lines"
ask 502 "*the worker's answer is not JSON*" -G --data-urlencode 'raw=hello' "$at/lines"
ask 502 '*the worker ended before it had answered*' "$at/lines?exit=3"
await 'r["lines"].restarts.total >= 1 and r["lines"].state == "running"'
ask 200 '*"worker": "lines"*' "$at/lines"
# two lines for one request: the second could be taken for the next answer
ask 200 '1' -G --data-urlencode 'raw=1
2' "$at/lines"
await 'r["lines"].restarts.total >= 2 and r["lines"].state == "running"'
ask 200 '*"asked": {"a": 5}*' "$at/lines?a=5"
gives 0 cake log lines
expect_match '*asked {"a":5}*' "$out"

# status, control and metrics have the pools
expect '[["echoes", "echo", 2], ["lines", "lines", 1]]' "$(cake status -o json | json '[[p["name"], p["role"], p["workers"]["serving"]] for p in d["pools"]]')"
expect 'True' "$(cake status -o json | json '[str(p["offered"] >= 7 and p["offered"] == p["completed"] + p["lost"] and p["admitted"] == p["offered"] and p["queued"] == 0 and p["service_time"] > 0) for p in d["pools"]][1]')"
gives 0 cake status
expect_match '*POOL *ROLE *WORKERS *
echoes *echo *2 *' "$out"
pools=$(curl -sS --unix-socket "$home/control.sock" http://localhost/pools)
expect 'layer-cake.pools/1 2' "$(echo "$pools" | json 'd["schema"] + " " + str(len(d["pools"]))')"

expect_match '*layer_cake_pool_requests_total{pool="lines",result="lost"} 1
*' "$(curl -sS --unix-socket "$home/control.sock" http://localhost/metrics)"

# scaled while it runs, by the name of the pool
gives 0 cake scale echoes=3 --wait --timeout=60s
await 'r["echo-2"].state == "running"'
expect 3 "$(cake status -o json | json 'd["pools"][0]["workers"]["serving"]')"
gives 0 cake scale echoes=1
expect 1 "$(cake status -o json | json 'd["pools"][0]["workers"]["serving"]')"
ask 200 '{"x":1}' "$at/echo?x=1"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
