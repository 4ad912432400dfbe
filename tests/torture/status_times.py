#!/usr/bin/env python3
"""status_times.py LAYER_CAKE ROLE - asks for the status until the role has ended; fails when it takes more than 100 ms."""
import json
import subprocess
import sys
import time

times = []
while True:
    begin = time.monotonic()
    said = subprocess.run([sys.argv[1], "status", "-o", "json"], capture_output=True, text=True)
    times.append(time.monotonic() - begin)
    if said.returncode != 0:
        sys.exit(said.stderr)
    roles = {role["name"]: role for role in json.loads(said.stdout)["processes"]}
    if roles[sys.argv[2]]["state"] not in ("starting", "running", "ready"):
        break
times.sort()
worst = times[int(len(times) * 0.99)]
print(f"{len(times)} times status, 99 of 100 within {worst * 1000:.0f} ms", file=sys.stderr)
sys.exit(worst > 0.1)
