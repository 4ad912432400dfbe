#!/bin/sh
# A worker killed in the middle of a request: that request gets one answer, the pool goes on, the replacement joins.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

port=$(free_ports)
mkfifo gate
cat >layer-cake.yaml <<YAML
http: {listen: "$port", routes: [{path: /lines, pool: lines}]}
pools: {lines: {role: lines}}
roles: {lines: {command: [$programs/lines], protocol: json_lines, replicas: 2}}
YAML
gives 0 cake up --detach --wait --timeout=60s
at=http://127.0.0.1:$port/lines
curl -sS -o "$work/answer" -w '%{http_code}' --max-time 60 "$at?wait=$work/gate" >"$work/code" &
asking=$!
exec 3>gate # until a worker has opened it too
worker=lines-0
ls -l "/proc/$(pid_of lines-0)/fd" | grep -q 'gate$' || worker=lines-1
kill -KILL "$(pid_of "$worker")"
wait $asking
expect 502 "$(cat "$work/code")"
expect '{"error":{"fault":"disconnected","detail":"the worker ended before it had answered"}}' "$(cat "$work/answer")"
expect 200 "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 60 "$at")"
await "r['$worker'].restarts.total == 1 and r['$worker'].state == 'running'"
for _ in 1 2 3 4 5 6; do curl -sS --max-time 60 "$at" | json 'd["worker"]'; done >"$work/workers"
expect 2 "$(sort -u "$work/workers" | wc -l)" 'workers that answer'
expect '[1, 0]' "$(cake status -o json | json '[d["pools"][0][k] for k in ("lost", "in_flight")]')"
gives 0 cake down
