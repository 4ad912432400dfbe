#!/bin/sh
# Object programs behind the group's endpoint: requests become messages by the types in the program's file, replies answers.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

program=${OBJECT_WORKER:?the program}
port=$(free_ports)
mkfifo gate
cat >layer-cake.yaml <<YAML
http: {listen: "127.0.0.1:$port", routes: [{path: "/t/*", pool: tables}, {path: "/none/*", pool: bare}]}
pools:
  tables: {role: worker, responsiveness: 1s, timeout: 2s, stand_down: 1s}
  bare: {role: bare, responsiveness: 1s, timeout: 2s}
roles:
  worker: {executable: $program, settings: {name: joe}, protocol: objects, replicas: 2}
  bare: {command: [sleep, infinity], protocol: objects}
YAML
gives 0 cake check
gives 0 cake up --detach --wait --timeout=60s
at=http://127.0.0.1:$port/t
# ask WANTED_STATUS WANTED_BODY CURL_ARGUMENT...
ask() {
    wanted_status=$1 wanted_body=$2
    shift 2
    status=$(curl -sS -D "$work/head" -o "$work/body" -w '%{http_code}' --max-time 30 "$@")
    expect "$wanted_status" "$status" "status of $* ($(cat "$work/body"))"
    expect_match "$wanted_body" "$(cat "$work/body")"
}
json_body='Content-Type: application/json'

# fields by their types, from query, form and JSON
ask 200 '{"value":\["vector<vector<float8>>",\[\[0.0,0.0\],\[0.0,0.0\],\[0.0,0.0\]\],\[\]\]}' "$at/Xy?x=2&y=3"
expect_match '*application/json*' "$(cat "$work/head")"
ask 200 '{"value":\["vector<vector<float8>>",\[\[2.0\]\],\[\]\]}' "$at/table.Xy?fill=one&scale=2"
ask 200 '{"value":\["vector<vector<float8>>",\[\[0.0\],\[0.0\]\],\[\]\]}' -d 'y=2' "$at/Xy"
ask 200 '{"value":\["vector<vector<float8>>",\[\[1.0,1.0\]\],\[\]\]}' -H "$json_body" -d '{"x":2,"fill":"one","scale":null}' "$at/Xy?x=1"
ask 200 '{"value":\["vector<vector<float8>>",\[\[0.0,0.0\]\],\[\]\]}' -H "$json_body" -d '{"value":{"x":2}}' "$at/Xy"
ask 200 '*"weights":\[1.0,2.5\],"counts":\[\["a",1\]\],"small":\[3\],"sizes":\[{"x":4,*"pause":"1.5s","text":"07","flag":true*' -H "$json_body" \
    -d '{"weights":[1,2.5],"counts":{"a":1},"small":[3],"sizes":[{"x":4,"scale":1}],"pause":"1.5s"}' "$at/Everything?text=07&flag=true"

# what cannot become a message names what is wrong, and no worker is asked
ask 404 '*no message \\"Nothing\\"*' "$at/Nothing?x=1"
ask 404 '*' "$at/Stop"
ask 400 '*no conversion for \\"x\\" (expected integer4, found \\"a\\")*' "$at/Xy?x=a"
ask 400 '*no conversion for \\"x\\" (expected integer4, found 4294967296)*' "$at/Xy?x=4294967296"
ask 400 '*unknown field \\"z\\" in \\"table.Xy\\"*' "$at/Xy?z=1"
ask 400 '*no conversion for \\"fill\\" (expected table.Fill*' "$at/Xy?fill=two"
ask 400 '*no conversion for \\"weights\[0\]\\" (expected float8, found null)*' -H "$json_body" -d '{"weights":[null]}' "$at/Everything"
ask 400 '*no conversion for \\"small\[0\]\\" (expected unsigned1, found 256)*' -H "$json_body" -d '{"small":[256]}' "$at/Everything"
ask 400 '*the body is not JSON*' -H "$json_body" -d '{' "$at/Xy"
ask 415 '*' -H 'Content-Type: text/plain' -d 'x' "$at/Xy"
ask 404 '*names no messages*' "http://127.0.0.1:$port/none/Xy"

# faults have their status
ask 503 '*' "$at/Misbehave?how=busy"
expect_match '*Retry-After: 1*' "$(cat "$work/head")"
ask 504 '*TimedOut*' "$at/Misbehave?how=late"
ask 418 '*short and stout*' "$at/Misbehave?how=teapot"
ask 500 '*table.Full*' "$at/Misbehave?how=full"
ask 200 '*layer_cake.point_runtime.Ack*' "$at/Misbehave"
expect '0 0' "$(field worker-0 'p["restarts"]["total"]') $(field worker-1 'p["restarts"]["total"]')" restarts

# both work; settings came; what it says is its log
for _ in 1 2 3 4 5 6; do curl -sS --max-time 30 "$at/Who" | json 'd["value"][1]'; done >"$work/workers"
expect 2 "$(sort -u "$work/workers" | wc -l)" 'workers that answer'
expect_match 'joe *' "$(head -n 1 "$work/workers")"
gives 0 cake log worker-0
expect_match '*asked who*' "$out"

# a worker that dies is one 502; one that is silent is replaced
ask 502 '*the worker ended before it had answered*' "$at/Misbehave?how=die"
await 'r["worker-0"].restarts.total + r["worker-1"].restarts.total == 1 and all(r[n].state == "running" for n in ("worker-0", "worker-1"))'
ask 504 '*no answer within 2s*' "$at/Misbehave?how=wait&gate=$work/gate"
await 'r["worker-0"].restarts.total + r["worker-1"].restarts.total == 2 and all(r[n].state == "running" for n in ("worker-0", "worker-1"))' 30
ask 200 '*joe*' "$at/Who"

# SIGTERM is a Stop, and the value is kept
gives 0 cake stop worker-0
gives 0 cake returned worker-0
expect_match '*ended joe*' "$out"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
