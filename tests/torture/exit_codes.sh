#!/bin/sh
# Five hundred roles that end at the same moment are each recorded with their own exit status.
set -eu
. "$(dirname "$0")/lib.sh"

need flock

exec 7>gate
flock 7
cat >layer-cake.yaml <<'YAML'
roles:
  one: {command: 'flock -s gate true; exit $$((LAYER_CAKE_INDEX % 256))', replicas: 500}
  steady: {command: [sleep, infinity]}
YAML
gives 0 cake up --detach --timeout=60s
flock -u 7
await 'all(r[f"one-{n}"].state in ("completed", "failed") for n in range(500))' 60
cake status -o json | "$python" -c '
import json, sys
wrong = [p["name"] for p in json.load(sys.stdin)["processes"]
         if p["role"] == "one" and p["last_exit"]["code"] != p["index"] % 256]
sys.exit(wrong and f"wrong exit status: {wrong}" or 0)' || fail 'statuses were mixed up'
gives 0 cake down
