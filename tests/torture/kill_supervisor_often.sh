#!/bin/sh
# Whenever the supervisor is killed - while it starts, runs or stops its roles - nothing of the group stays alive.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
restart: on_failure
roles:
  sleeper: {command: [sleep, infinity], replicas: 15}
  crash: {command: exit 1, restart: {policy: always, regular_steps: 5ms}, replicas: 4}
  escapee: {command: [$programs/escapee, $work/pids], restart: always}
YAML
gives 0 cake up --no-start
n=0
while [ $n -lt ${TRIALS:-100} ]; do
    "$python" "$torture/kill_at_random.py" "$LAYER_CAKE" "$home" "$n"
    expect '' "$(survivors)" "what is left after kill $n"
    gives 0 cake list
    n=$((n + 1))
done
gives 0 cake start --wait=started
gives 0 cake stop
expect '' "$(survivors)" 'what is left'
