#!/bin/sh
# A program has its folders in and outside a home: model is kept, tmp is empty at each start, by hand gone at the end.
set -eu
. "$(dirname "$0")/lib.sh"
program=${FOLDERS:?the program that tells its folders}

# told EXPRESSION - of what it said
told() { printf '%s' "$out" | json "$1"; }

# by hand
mkdir here && cd here
gives 0 "$program"
expect '' "$(told 'd["resource"]')"
expect "$work/here" "$(told 'd["model"]')"
expect true "$(told 'd["tmp_was_empty"]')"
tmp=$(told 'd["tmp"]')
[ ! -e "$tmp" ] || fail "$tmp is still there"
gives 0 "$program"
expect true "$(told 'd["model_was_kept"]')"
[ "$tmp" != "$(told 'd["tmp"]')" ] || fail "the same tmp twice"
mkdir ../shared ../own
gives 0 "$program" --resource-path=../shared --model-path=../own
expect "$work/shared $work/own" "$(told 'd["resource"] + " " + d["model"]')"
expect kept "$(cat ../own/kept)"
cd ..

# as a role
gives 0 cake create
gives 0 cake add "$program" one
gives 0 cake run
role=$home/role/one
gives 0 cake returned one
expect "$home/resource/$(basename "$program") $role/model $role/tmp" \
    "$(told 'd["resource"] + " " + d["model"] + " " + d["tmp"]')"
expect 'true false' "$(told 'd["tmp_was_empty"]') $(told 'd["model_was_kept"]')"
expect left "$(cat "$role/tmp/left")"
mkdir -p "$role/tmp/deep/er"
ln -s "$work/own" "$role/tmp/link"
gives 0 cake run
gives 0 cake returned one
expect 'true true' "$(told 'd["tmp_was_empty"]') $(told 'd["model_was_kept"]')"
expect kept "$(cat own/kept)" 'what a link in tmp leads to'
