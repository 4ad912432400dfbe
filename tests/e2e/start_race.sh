#!/bin/sh
# Of ten starts at the same moment one starts the group; the others are told that it runs; who only asks disturbs none of them.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add /bin/sh counted -- -c 'echo $$ >>lives; exec sleep infinity'
: >asking
(while [ -e asking ]; do
    "$LAYER_CAKE" status
    "$LAYER_CAKE" list
    "$LAYER_CAKE" destroy nowhere
done) >/dev/null 2>&1 &
asker=$!
for n in 0 1 2 3 4 5 6 7 8 9; do
    (
        got=0
        "$LAYER_CAKE" start --wait >"out.$n" 2>&1 || got=$?
        echo "$got" >"result.$n"
    ) &
    starters="${starters:-} $!"
done
# shellcheck disable=SC2086 # several pids
wait $starters
rm asking
wait $asker || true
expect 1 "$(cat result.* | grep -c '^0$')" 'winners'
expect 9 "$(cat result.* | grep -c '^5$')" "told busy: $(cat out.*); results: $(cat result.* | tr '\n' ' ')"
expect 1 "$(wc -l <lives | tr -d ' ')" 'lives'
gives 0 cake down
expect '' "$(survivors)" 'what is left'
