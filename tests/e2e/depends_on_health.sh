#!/bin/sh
# What depends on a role being ready or healthy waits until its readiness and liveness say so.
set -eu
. "$(dirname "$0")/lib.sh"

# health KEY CONDITION - brings up a role with that probe, which is bad until `good` exists, and one that depends on it.
health() {
    rm -f good
    cat >layer-cake.yaml <<YAML
roles:
  on: {command: [sleep, infinity], $1: {exec: [test, -e, good], period: 50ms, failure_threshold: 10000}}
  needs: {command: 'test -e good && exec sleep infinity', depends_on: $2}
YAML
    gives 0 cake up --detach --no-start
    gives 6 cake up --detach --timeout=400ms
    expect waiting "$(state_of needs)" "needs ($1, $2)"
    expect running "$(state_of on)"
    touch good
    gives 0 cake wait needs --timeout=20s
    expect 0 "$(field needs "p['restarts']['total']")"
    await 'r["on"].health == "healthy" and r["on"].ready and not r["on"].reason'
}

health readiness '{on: ready}'
expect 'on running' "$(cake status -o json | json "' '.join([d['processes'][0]['name'], d['processes'][0]['state']])")"
# while it fails, it is not ready, and says why; once it is good again that is forgotten
cat >layer-cake.yaml <<'YAML'
roles:
  on: {command: [sleep, infinity], readiness: {exec: [test, -e, good], period: 50ms, failure_threshold: 2}}
  needs: {command: 'test -e good && exec sleep infinity', depends_on: {on: ready}}
YAML
on=$(pid_of on)
gives 0 cake up --detach
expect "$on" "$(pid_of on)" 'pid after a probe was changed'
rm good
await 'not r["on"].ready and r["on"].health == "unhealthy" and r["on"].reason == "probe: exit 1"'
touch good
await 'r["on"].ready and r["on"].health == "healthy" and not r["on"].reason'
gives 0 cake explain on
expect_match '*is up: running*' "$out"
case $out in *'It says'* | *'exit 1'*) fail "an old answer of a probe is told: $out" ;; esac
# a probe that is taken away decides nothing any more
rm good
await 'not r["on"].ready'
printf 'roles:\n  on: {command: [sleep, infinity]}\n  needs: {command: [sleep, infinity], depends_on: [on]}\n' >layer-cake.yaml
gives 0 cake up --detach --wait --timeout=20s
expect "$on" "$(pid_of on)" 'pid after a probe was taken away'
gives 0 cake down

health readiness '[on]'
gives 0 cake down
health readiness '{on: healthy}'
gives 0 cake down
health liveness '{on: healthy}'
gives 0 cake down
