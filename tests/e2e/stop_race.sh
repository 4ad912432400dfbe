#!/bin/sh
# Commands that cross each other are serialised or refused: stop ten times at once, and stop during a start.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  first: {command: [sleep, infinity], ready: {exec: [test, -e, gate], timeout: 1h}}
  second: {command: [sleep, infinity], depends_on: {first: ready}}
YAML
gives 0 cake up --no-start
for round in running starting; do
    gives 0 cake start first --wait=started
    [ "$round" = starting ] || { : >gate && gives 0 cake wait first --timeout=10s; }
    for n in 0 1 2 3 4 5 6 7 8 9; do
        (
            got=0
            "$LAYER_CAKE" stop >/dev/null 2>"said.$n" || got=$?
            echo "$got" >"stopped.$n"
        ) &
    done
    wait
    expect '' "$(cat stopped.* | grep -v '^[03]$' || true)" "exit statuses of stop ($(cat said.*))"
    grep -q '^0$' stopped.* || fail 'nobody has stopped it'
    expect '' "$(survivors)" "what is left after stopping it while $round"
    rm -f gate stopped.*
done
expect 2 "$(cake history first -o json | json "len(d['lives'])")"
