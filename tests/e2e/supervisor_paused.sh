#!/bin/sh
# A supervisor that was stopped for a while and goes on restarts once what has ended, and makes up for no timer.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  victim: {command: [sleep, infinity], restart: {policy: always, regular_steps: 10ms}}
  probed:
    command: [sleep, infinity]
    liveness: {exec: 'echo probe >>probes', period: 20ms, failure_threshold: 2}
    restart: always
  crash: {command: 'echo crash >>crashes; exit 1', restart: {policy: always, regular_steps: 100ms}}
YAML
gives 0 cake up --detach --wait=started
group=$(supervisor_pid)
victim=$(pid_of victim)
kill -STOP "$group"
crashes=$(wc -l <crashes)
kill -KILL "$victim"
# A command waits for an answer as long as it is told to: two seconds in which nothing happens.
gives 6 cake wait victim --timeout=2s
[ "$(wc -l <crashes)" -le $((crashes + 1)) ] || fail 'it has restarted while it was stopped'
kill -CONT "$group"
await "r['victim'].restarts.total == 1 and r['victim'].state == 'running'"
[ "$(wc -l <crashes)" -le $((crashes + 5)) ] || fail 'restarts were made up for'
expect 0 "$(field probed "p['restarts']['total']")" 'restarts of what was well'
expect 1 "$(field victim "p['restarts']['total']")" 'restarts of what was killed'
gives 0 cake down
