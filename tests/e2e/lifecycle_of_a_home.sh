#!/bin/sh
# A home is made once, filled, listed and destroyed whole; what is not there is said to be missing.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
refuses 5 "layer-cake: cannot create \"$home\": existing folder" create
gives 0 cake add sleep worker --role-count=2 --role-start=3 -- infinity
gives 0 cake add sleep single -- infinity
expect 'single
worker-3
worker-4' "$(cake list)"
expect 'worker-3
worker-4' "$(cake list work)"
gives 4 cake list ork
expect_match "single*$(command -v sleep) */*/*" "$(cake list -ll single)"
gives 1 cake add sleep single
gives 2 cake add sleep worker-3
gives 0 cake delete single
gives 0 cake destroy
[ ! -e .layer-cake ] || fail 'the home is still there'
gives 4 cake list
gives 4 cake destroy

# The predecessor's short flags.
gives 0 cake create -mr=worker -r='{first_steps: [1s]}'
expect_match '*main_role: worker*retry:*first_steps:*1s*' "$(cat .layer-cake/layer-cake.yaml)"
