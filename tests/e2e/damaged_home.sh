#!/bin/sh
# A damaged file of a home is named with its place; the others' roles go on, and the home can be mended or destroyed.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add sleep a -- infinity
gives 0 cake add sleep b -- infinity
gives 0 cake start --wait
cp .layer-cake/layer-cake.yaml good

printf 'roles:\n  a: {executable: \n' >.layer-cake/layer-cake.yaml
for verb in list 'add sleep c' 'history a'; do
    # shellcheck disable=SC2086 # verb and words
    gives 2 cake $verb
    expect_match 'layer-cake: *layer-cake.yaml:*:*: *' "$err"
done
# What runs, runs on, and can be asked and stopped.
gives 0 cake status -o name
gives 0 cake stop
cp good .layer-cake/layer-cake.yaml

# A history that is cut or full of rubbish costs its own records only.
printf '\377\376{"started":\n' >>.layer-cake/role/a/history
gives 0 cake history a
gives 0 cake history b
expect_match '\[0\] *(SIGTERM)' "$out"
gives 0 cake start --wait
gives 0 cake down

rm .layer-cake/layer-cake.yaml
gives 4 cake list
expect_match 'layer-cake: *' "$err"
