#!/bin/sh
# Whatever process of a starting group is killed, at whatever system call, the group can be ended and started again; no role ever
# has two lives at once.
set -eu
. "$(dirname "$0")/lib.sh"
need strace flock
strace -qq -o /dev/null true 2>/dev/null || skip 'strace does not work here'

cat >layer-cake.yaml <<'YAML'
roles:
  one: {command: 'exec flock -n -E 99 lock.$$LAYER_CAKE_ROLE sleep infinity || echo $$LAYER_CAKE_ROLE >>twice', restart: no, replicas: 3}
YAML
gives 0 cake up --no-start
n=1
while [ $n -le "${MOST:-150}" ]; do
    # With -f strace stays as long as the group: it is told to let go, and made to where it does not hear it.
    timeout -k 1 2 strace -f -qq -o /dev/null -e inject=all:signal=KILL:when=$n "$LAYER_CAKE" start >/dev/null 2>&1 || true
    gives 0 cake list
    gives 0 cake down
    expect '' "$(survivors)" "what is left after a kill at call $n"
    gives 0 cake start
    await 'all(r[f"one-{n}"].state == "running" for n in range(3))'
    gives 0 cake down
    [ ! -e twice ] || fail "two lives at once after a kill at call $n"
    n=$((n + ${STEP:-1}))
done
