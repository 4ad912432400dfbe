#!/bin/sh
# A worker that goes silent: its request is answered 504, it gets no more work, and is killed and replaced after stand_down.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

port=$(free_ports)
mkfifo gate late
cat >layer-cake.yaml <<YAML
http: {listen: "$port", routes: [{path: /lines, pool: lines}]}
pools: {lines: {role: lines, responsiveness: 500ms, timeout: 1s, stand_down: 2s}}
roles: {lines: {command: [$programs/lines], protocol: json_lines, replicas: 2}}
YAML
gives 0 cake up --detach --wait --timeout=60s
at=http://127.0.0.1:$port/lines
code() { curl -sS -o "$work/answer" -w '%{http_code}' --max-time 60 "$@"; }
for _ in 1 2 3 4; do expect 200 "$(code "$at")"; done
expect 504 "$(code "$at?wait=$work/gate")"
expect '{"error":{"fault":"timed_out","detail":"no answer within 1s"}}' "$(cat "$work/answer")"
for _ in 1 2 3 4 5 6; do
    expect 200 "$(code "$at")"
    json 'd["worker"]' <"$work/answer"
done >"$work/workers"
expect 1 "$(sort -u "$work/workers" | wc -l)" 'workers that answer'
await 'r["lines-0"].restarts.total + r["lines-1"].restarts.total == 1 and all(r[n].state == "running" for n in ("lines-0", "lines-1"))' 30
gives 0 cake history "$([ "$(field lines-0 'p["restarts"]["total"]')" = 1 ] && echo lines-0 || echo lines-1)"
expect_match '*it was silent for*' "$out"
for _ in 1 2 3 4 5 6; do
    expect 200 "$(code "$at")"
    json 'd["worker"]' <"$work/answer"
done >"$work/workers"
expect 2 "$(sort -u "$work/workers" | wc -l)" 'workers that answer'

# one that answers late is back, and its late answer is nobody's
expect 504 "$(code "$at?wait=$work/late")"
: >late
for _ in 1 2 3 4 5 6; do
    expect 200 "$(code "$at?n=7")"
    expect 7 "$(json 'd["asked"]["n"]' <"$work/answer")"
done
gives 0 cake down
