#!/bin/sh
# Every verb that prints facts prints them as JSON with a schema; logs as a JSON object a line.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
name: facts
roles:
  web: {command: 'echo hello; exec sleep infinity', ready: {log_line: hello}}
YAML
gives 0 cake up --dry-run -o json
expect layer-cake.plan/1 "$(echo "$out" | json "d['schema']")"
gives 0 cake up --detach --wait
for verb in list status 'history web' 'explain web'; do
    # shellcheck disable=SC2086 # verb and word
    gives 0 cake $verb -o json
    expect "layer-cake.${verb%% *}/1" "$(echo "$out" | json "d['schema']")" "schema of $verb"
done
gives 0 cake log web -o json
expect '["partial", "role", "stream", "text", "time"]' "$(echo "$out" | json 'sorted(d)')"
gives 0 cake check -o json
gives 0 cake version -o json
echo "$out" | json 'd' >/dev/null
"$python" - "$(cake status -o json | json "d['processes'][0]['started_at']")" <<'PY'
import datetime, sys
assert sys.argv[1].endswith("Z"), sys.argv[1]
datetime.datetime.fromisoformat(sys.argv[1].replace("Z", "+00:00"))
PY
gives 0 cake down
