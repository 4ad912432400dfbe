#!/bin/sh
# destroy and delete remove what is in the home and never go through a symbolic link; a running home is left alone.
set -eu
. "$(dirname "$0")/lib.sh"

mkdir precious
echo keep >precious/file
gives 0 cake create
for role in a b c; do gives 0 cake add sleep "$role" -- infinity; done
rm -rf .layer-cake/role/a .layer-cake/role/b/logs
ln -s "$work/precious" .layer-cake/role/a
ln -s "$work/precious" .layer-cake/role/b/logs
ln -s "$work/precious" .layer-cake/resource/link
ln -s / .layer-cake/role/c/tmp/root

gives 0 cake delete a b
expect keep "$(cat precious/file)"
expect c "$(cake list)"
gives 0 cake start
gives 5 cake destroy
expect_match "layer-cake: cannot destroy \"*\": *" "$err"
expect running "$(state_of c)"
gives 0 cake stop
gives 0 cake destroy
[ ! -e .layer-cake ] || fail 'the home is still there'
expect keep "$(cat precious/file)"

# Not a home: refused, whatever it is.
gives 4 cake destroy precious
expect keep "$(cat precious/file)"
