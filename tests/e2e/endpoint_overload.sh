#!/bin/sh
# Far more requests than the workers can do: the excess is refused at once with 503 and Retry-After, control answers, and all is well after.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

port=$(free_ports)
cat >layer-cake.yaml <<YAML
http: {listen: "$port", routes: [{path: /lines, pool: lines}]}
pools: {lines: {role: lines, responsiveness: 500ms, size_of_queue: 20}}
roles: {lines: {command: [$programs/lines], protocol: json_lines, replicas: 2}}
YAML
gives 0 cake up --detach --wait --timeout=60s
at=http://127.0.0.1:$port/lines
"$python" "$e2e/load.py" "$at?work=50" 64 200 800 >"$work/load" &
loading=$!
while kill -0 "$loading" 2>/dev/null; do
    took=$(seconds "$LAYER_CAKE" -hp="$home" status)
    within 0 "$took" 3
done
wait $loading
report=$(cat "$work/load")
expect 'True True True' "$(echo "$report" | json '" ".join(str(v) for v in (d["200"] > 20, d["503"] > 200, set(d) <= {"200", "503", "slowest"}))')" "of $report"
expect 200 "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 60 "$at?work=1")"
figures=$(cake status -o json | json 'd["pools"][0]')
expect 'True' "$(echo "$figures" | json 'str(d["offered"] == 801 and d["queued"] == d["in_flight"] == 0 and d["completed"] + d["busy"] + d["busy_late"] + d["overloaded"] == 801)')" "of $figures"
gives 0 cake down
