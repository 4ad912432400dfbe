#!/bin/sh
# A home that belongs to somebody else, or that others may write to, is not obeyed, and the message says why.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add touch evil -- "$work/obeyed"
chmod g+w .layer-cake
gives 2 cake start
expect_match 'layer-cake: cannot start "*": *writ*' "$err"
chmod g-w .layer-cake
chmod o+w .layer-cake/layer-cake.yaml
gives 2 cake start
expect_match 'layer-cake: cannot start "*": *writ*' "$err"
chmod o-w .layer-cake/layer-cake.yaml
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    chmod 755 "$work"
    chmod -R go+rX .layer-cake
    gives 2 setpriv --reuid 65534 --regid 65534 --clear-groups "$LAYER_CAKE" -hp="$home" start
    expect_match 'layer-cake: cannot start "*": *' "$err"
fi
[ ! -e obeyed ] || fail 'the planted home was obeyed'
gives 0 cake start --wait=completed
[ -e obeyed ] || fail 'a proper home was not obeyed'
