#!/bin/sh
# One setting puts the same worker on a fiber, a thread or into a process; nothing else changes.
set -eu
. "$(dirname "$0")/lib.sh"
samples=${SAMPLES:?the folder of the built samples}

for where in fiber thread process; do
    gives 0 "$samples/placement" --where=$where -dl=CONSOLE
    expect 2432902008176640000 "$out"
    by=here
    [ $where != process ] || by='in another process'
    expect_match "*worker - ready
*placement - computed $by" "$err"
done
