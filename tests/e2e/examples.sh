#!/bin/sh
# The examples of README.md and of the manual work as they are printed: examples.sh FILE...
set -eu
. "$(dirname "$0")/lib.sh"

mkdir bin
for name in layer-cake host-cake lan-cake; do
    ln -s "$LAYER_CAKE" "bin/$name"
done
export PATH="$work/bin:$PATH"
"$python" "$e2e/examples.py" "$work/examples" "$@"
ran=0
for example in "$work"/examples/*; do
    mkdir -p "$work/place"
    (cd "$work/place" && sh -eu "$example" >"$work/said" 2>&1 </dev/null) || fail "$(basename "$example"):
$(cat "$example")
said:
$(cat "$work/said")"
    for home in "$work"/place/.layer-cake "$work"/place/*/home; do
        [ ! -d "$home" ] || cake down -hp="$home" >/dev/null 2>&1
    done
    expect '' "$(survivors)" "what $(basename "$example") has left"
    rm -rf "$work/place"
    ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || fail 'no examples'
