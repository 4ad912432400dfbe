#!/bin/sh
# A thousand roles that crash at once, again and again, leave the group responsive, and are given up as told.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  crash:
    command: exit 1
    replicas: 1000
    restart: {policy: on_failure, first_steps: [100ms, 200ms], regular_steps: 1s, randomized: 50ms, max: 12, window: 5m}
  steady: {command: [sleep, infinity]}
YAML
gives 0 cake up --no-start
gives 0 cake start --timeout=60s
"$python" - "$LAYER_CAKE" <<'PY' || fail 'status is slow'
import json, subprocess, sys, time
times = []
while True:
    begin = time.monotonic()
    said = subprocess.run([sys.argv[1], "status", "-o", "json"], capture_output=True, text=True, check=True)
    times.append(time.monotonic() - begin)
    states = [process["state"] for process in json.loads(said.stdout)["processes"]]
    if states.count("failed") == 1000:
        break
    if sum(times) > 200:
        sys.exit("they were never given up")
times.sort()
worst = times[int(len(times) * 0.99)]
print(f"{len(times)} times status, 99 of 100 within {worst * 1000:.0f} ms", file=sys.stderr)
sys.exit(worst > 0.5)
PY
expect running "$(state_of steady)"
expect 12 "$(cake history crash-17 -o json | json "len(d['lives'])")"
gives 0 cake down
