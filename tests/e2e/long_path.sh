#!/bin/sh
# A home works under a path of any length, with spaces in it.
set -eu
. "$(dirname "$0")/lib.sh"
deep="$work/with spaces/$(printf 'x%.0s' $(seq 120))/$(printf 'y%.0s' $(seq 120))"
mkdir -p "$deep"
home="$deep/home"
cake create
cake add "$(command -v tail)" one -- -f /dev/null
cake start --wait --timeout=10s
expect running "$(field one 'role["state"]')"
cake stop
