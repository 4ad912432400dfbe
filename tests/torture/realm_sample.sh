#!/bin/sh
# samples/realm: a pool over two sites that cannot dial each other works over NATS, without one of its servers, and without a site
# that is cut off, until that is back.
set -eu
. "$(dirname "$0")/lib.sh"
need curl nats-server
samples=${SAMPLES:?the folder of the built samples}
source=$torture/../../samples/realm
. "$source/../multihost/hosts.sh"
why=$(can_make_hosts) || skip "$why"
gives 0 env SAMPLES="$samples" "$source/network.sh"
expect_match '*{"value":*"vector<vector<float8>>"*the pool has 4 workers*unplugged*cut off*the pool has 2 workers*the pool has 4 workers*' "$out"
