#!/bin/sh
# A home that cannot be written is one line naming the place, and what was there stays.
set -eu
. "$(dirname "$0")/lib.sh"

# Root may write anywhere but below /proc and on what cannot be written at all.
gives 1 cake create /proc/home
expect_match 'layer-cake: cannot create "/proc/home": *' "$err"
: >file
gives 1 cake create file/home
expect_match 'layer-cake: cannot create "*file/home": *not a directory*' "$err"
gives 5 cake create "$work"
expect "layer-cake: cannot create \"$work\": existing folder" "$err"

[ "$(id -u)" -ne 0 ] || exec setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || true
gives 0 cake create
cp .layer-cake/layer-cake.yaml before
chmod a-w .layer-cake
if [ "$(id -u)" -ne 0 ]; then
    gives 1 cake add sleep sleeper -- infinity
    expect_match 'layer-cake: cannot add "sleeper": *permission denied*' "$err"
    cmp before .layer-cake/layer-cake.yaml
fi
