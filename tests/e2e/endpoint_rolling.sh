#!/bin/sh
# A rolling restart and changes of scale under load: every worker is another process in the end, and no request has failed.
set -eu
. "$(dirname "$0")/lib.sh"

ports=$(free_ports 2)
cat >layer-cake.yaml <<YAML
http: {listen: "${ports% *}", routes: [{path: /lines, pool: lines}, {path: /web, pool: web}]}
pools: {lines: {role: lines, responsiveness: 10s}, web: {role: web, responsiveness: 10s}}
roles:
  lines: {command: [$programs/lines], protocol: json_lines, replicas: 4}
  web: {command: [$programs/web], protocol: http, ports: {http: auto}, replicas: 3}
YAML
gives 0 cake up --detach --wait --timeout=60s
pids() { cake status -o json | json 'sorted(p["pid"] for p in d["processes"])'; }
before=$(pids)
for pool in lines web; do
    (
        "$LAYER_CAKE" -hp="$home" restart --rolling "$pool" --timeout=100s
        echo $? >"$work/$pool.status"
    ) &
    restarting=$!
    "$python" "$e2e/load.py" "http://127.0.0.1:${ports% *}/$pool?work=20" 12 100 "pid:$restarting" >"$work/load"
    wait $restarting
    expect 0 "$(cat "$work/$pool.status")" 'status of the restart'
    expect '["200", "slowest"]' "$(json 'sorted(d)' <"$work/load")" "of $(cat "$work/load")"
done
expect 0 "$("$python" -c 'import sys, json; print(len(set(json.loads(sys.argv[1])) & set(json.loads(sys.argv[2]))))' "$before" "$(pids)")" 'processes that are still the same'

(
    "$LAYER_CAKE" -hp="$home" scale lines=2 web=2 --timeout=60s
    "$LAYER_CAKE" -hp="$home" scale lines=4 web=3 --timeout=60s --wait
) 2>/dev/null &
scaling=$!
"$python" "$e2e/load.py" "http://127.0.0.1:${ports% *}/lines?work=20" 12 50 "pid:$scaling" >"$work/load"
wait $scaling
expect '["200", "slowest"]' "$(json 'sorted(d)' <"$work/load")" "of $(cat "$work/load")"

gives 0 cake down
