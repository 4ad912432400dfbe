#!/bin/sh
# network_faults.sh [ROUNDS [SEED]] - a LAN, two hosts, two groups on each: hosts are cut off, heard one way or badly, moved;
# directories and publishers are killed and paused, names come, go and are published twice. network_faults.py says what has to
# hold meanwhile, and after each healing: every directory lists what is published below it, and whoever searches is in session
# with the nearest. Without ROUNDS each fault happens once; with FAULT in the
# environment those whose names it matches, as in FAULT='10 min'.
set -eu
. "$(dirname "$0")/lib.sh"
: "${NAMES:?the program that publishes and subscribes}"
. "$torture/../../samples/multihost/hosts.sh"
why=$(can_make_hosts) || skip "$why"
release() { remove_hosts; }
make_hosts 3
export NETWORK="$network" NAMES
"$python" -B "$torture/network_faults.py" "$@"
