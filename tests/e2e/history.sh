#!/bin/sh
# history keeps the last sixteen lives of a role, oldest first, with how each ended.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  counter:
    command: 'n=$$(cat n 2>/dev/null || echo 0); echo $$((n + 1)) >n; exit $$n'
    restart: {policy: always, step_limit: 19, reset_after: 1h}
YAML

gives 1 cake up --detach --wait=completed --timeout=30s
gives 0 cake history counter -o json
expect '[4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]' "$(echo "$out" | json "[life['ended']['code'] for life in d['lives']]")"
gives 0 cake history counter
expect 16 "$(echo "$out" | wc -l | tr -d ' ')"
expect_match '\[0\] * ago ... *(exit 4)*\[15\] * ago ... *(exit 19)' "$out"
gives 0 cake history counter -ll
expect_match '20??-??-??T* ... 20??-??-??T* (*s) exit 4*' "$out"
