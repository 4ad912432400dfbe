#!/bin/sh
# Fifty adds at the same moment are fifty roles.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
n=0
while [ $n -lt 50 ]; do
    "$LAYER_CAKE" add sleep "role-$n" -- infinity 2>>errors || echo "$n" >>failed &
    n=$((n + 1))
done
wait
[ ! -s failed ] || fail "adds that failed: $(cat failed errors)"
expect 50 "$(cake list | wc -l | tr -d ' ')"
gives 0 cake check -hp="$home"
