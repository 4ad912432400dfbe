#!/bin/sh
# A role that fails too often within its window is failed for good, visibly; delays are kept; success is not restarted.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  crash: {command: date +%s.%N >>crashes; exit 7, restart: {policy: on_failure, first_steps: [50ms], regular_steps: 100ms, max: 4}}
  done: {command: exit 0, restart: on_failure}
  fine: {command: exit 3, restart: {policy: on_failure, success_exit_codes: [3]}}
  never: {command: exit 9}
  stays: {command: [sleep, infinity]}
YAML
gives 0 cake up --detach --wait=started
await 'r["crash"].state == "failed"'
expect 4 "$(wc -l <crashes | tr -d ' ')" 'starts of crash'
expect_match '*exit 7*' "$(field crash "p['reason']")"
expect completed "$(state_of done)"
expect completed "$(state_of fine)"
expect failed "$(state_of never)"
expect 0 "$(field done "p['restarts']['total']")"
"$python" - <<'PY' || fail 'restarted sooner than told'
times = [float(line) for line in open("crashes")]
gaps = [later - earlier for earlier, later in zip(times, times[1:])]
assert gaps[0] >= 0.05 and all(gap >= 0.1 for gap in gaps[1:]), gaps
PY
gives 1 cake wait crash --for=ready --timeout=10s
gives 0 cake down
