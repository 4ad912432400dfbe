#!/bin/sh
# A home works below a path that is long, has spaces and odd characters, is relative, or is reached through a link.
set -eu
. "$(dirname "$0")/lib.sh"

part='a folder with spaces, "quotes" & öäü'
deep=$work
for n in 1 2 3 4 5; do deep="$deep/$part $n and a good deal more to make it longer than a socket's name"; done
mkdir -p "$deep"
ln -s "$deep" link
home="$deep/the home"

gives 0 cake create "$home"
gives 0 cake -hp="$home" add sleep sleeper -- infinity
gives 0 cake -hp="$home" start --wait
expect running "$(state_of sleeper)"
cd link
gives 0 cake -hp='the home' status -o name
expect sleeper "$out"
gives 0 cake --home-path="../$(basename "$deep")/the home" log sleeper
gives 0 cake "-hp=$work/link/the home" stop
cd "$work"
expect '' "$(survivors)" 'what is left'
gives 0 cake destroy "$home"
