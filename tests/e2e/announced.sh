#!/bin/sh
# The directory of a LAN without a well-known address is found by its announcements, by those who listen for them.
set -eu
. "$(dirname "$0")/lib.sh"
. "$e2e/../../samples/multihost/hosts.sh"
why=$(can_make_hosts) || skip "$why"
release() { remove_hosts; }
make_hosts 2

mkfifo said
on 2 "$LAYER_CAKE" host --announced 2>said &
exec 3<said
read -r line <&3
expect_match 'layer-cake: host-cake listens at *' "$line"
gives 0 on 2 "$LAYER_CAKE" network
expect_match '\[HOST\] host-cake*' "$out"

on 1 "$LAYER_CAKE" lan --directory-at-lan=10.0.0.1:54195 --announce 2>/dev/null &
read -r line <&3
expect_match '*the directory above is at 10.0.0.1:54195*' "$line"
until on 2 "$LAYER_CAKE" network | grep -q '^\[LAN\] lan-cake'; do :; done
gives 0 on 2 "$LAYER_CAKE" network -da
expect_match '\[LAN\] lan-cake * <L>10.0.0.1:54195
+   \[HOST\] host-cake * <C>10.0.0.1:54195 *' "$out"
