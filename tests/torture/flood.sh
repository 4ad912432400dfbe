#!/bin/sh
# One gigabyte of lines loses nothing and tears nothing under `block`; status answers meanwhile; memory stays small.
set -eu
. "$(dirname "$0")/lib.sh"

lines=10000000
cat >layer-cake.yaml <<YAML
roles:
  flood:
    command: [$python, $torture/lines.py, "$lines"]
    log: {max_size: 64M, max_total: 1500M}
YAML
gives 0 cake up --detach
"$python" - "$LAYER_CAKE" <<'PY' || fail 'status is slow'
import subprocess, sys, time
times = []
while True:
    begin = time.monotonic()
    said = subprocess.run([sys.argv[1], "status", "-o", "json"], capture_output=True, text=True)
    times.append(time.monotonic() - begin)
    if said.returncode != 0 or '"state":"running"' not in said.stdout.replace(" ", "").split('"processes"')[-1]:
        break
times.sort()
worst = times[int(len(times) * 0.99)]
print(f"{len(times)} times status, 99 of 100 within {worst * 1000:.0f} ms", file=sys.stderr)
sys.exit(worst > 0.25)
PY
cake wait flood --for=completed --timeout=300s 2>/dev/null || true
gives 0 cake returned flood
cake log flood --back=1h --raw | "$python" "$torture/lines.py" --check "$lines" || fail 'lines were lost, torn or reordered'
