#!/bin/sh
# Closed standard streams and a full stdout break nothing: no file is mistaken for them, and a failed write is a failure.
set -eu
. "$(dirname "$0")/lib.sh"

"$LAYER_CAKE" create <&- >&- 2>&-
"$LAYER_CAKE" add sleep sleeper -- infinity <&- >&- 2>&-
"$LAYER_CAKE" start --wait <&- >&- 2>&-
expect sleeper "$(cake list)"
expect running "$(state_of sleeper)"
cp .layer-cake/layer-cake.yaml before
for verb in list status 'history sleeper' 'log sleeper' help version check; do
    # shellcheck disable=SC2086 # verb and words
    "$LAYER_CAKE" $verb <&- >&- 2>&- || true
done
cmp before .layer-cake/layer-cake.yaml
# What was printed and went nowhere is a failure; what has nothing to print is none.
gives 1 sh -c '"$LAYER_CAKE" list >&-'
expect_match 'layer-cake: cannot write output*' "$err"
gives 0 sh -c '"$LAYER_CAKE" wait sleeper >&-'

for verb in list status 'history sleeper' help version 'list -o json' 'completion bash'; do
    got=0
    # shellcheck disable=SC2086 # verb and words
    "$LAYER_CAKE" $verb >/dev/full 2>err || got=$?
    expect 1 "$got" "exit status of $verb > /dev/full"
    expect_match 'layer-cake: *' "$(cat err)"
done
# A reader that has gone ends the writer quietly.
"$LAYER_CAKE" completion bash 2>err | true
expect '' "$(cat err)"

"$LAYER_CAKE" stop <&- >&- 2>&-
expect '' "$(survivors)" 'what is left'
