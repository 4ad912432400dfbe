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

gives 0 cake create
gives 0 cake add sleep first -- infinity
cp .layer-cake/layer-cake.yaml before
if [ "$(id -u)" -eq 0 ]; then
    # Root may write anywhere, so somebody else is asked.
    command -v setpriv >/dev/null || skip 'no setpriv to be somebody else'
    chmod 755 "$work"
    chown -R 65534 .layer-cake
    as_owner() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
else
    as_owner() { "$@"; }
fi
chmod -R a-w .layer-cake
gives 1 as_owner "$LAYER_CAKE" add sleep second -- infinity
expect_match 'layer-cake: cannot add "second": *permission denied' "$err"
gives 1 as_owner "$LAYER_CAKE" start
expect_match 'layer-cake: cannot start "*": *permission denied' "$err"
cmp before .layer-cake/layer-cake.yaml
gives 0 as_owner "$LAYER_CAKE" list
expect first "$out"
chmod -R u+w .layer-cake
gives 0 as_owner "$LAYER_CAKE" add sleep second -- infinity
