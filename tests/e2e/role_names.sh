#!/bin/sh
# Only names of the documented form become roles, and no name reaches outside the home.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
long=$(printf '%065d' 0)
newline='a
b'
for name in '' . .. a/b ../../evil '-rf' group groupie group-1 "$newline" "$long" 'a b' 'a*' 'é' '$(id)' '`id`' '.hidden' '_x' 'a:b' '~'; do
    got=0
    "$LAYER_CAKE" add --role-name="$name" sleep >/dev/null 2>err </dev/null || got=$?
    [ "$got" -eq 2 ] || { [ -z "$name" ] && [ "$got" -ne 0 ]; } || fail "role name '$name': exit status $got: $(cat err)"
    printf 'roles:\n  ? "%s"\n  : {command: [x]}\n' "$(printf '%s' "$name" | sed ':a;N;$!ba;s/\n/\\n/g')" >names.yaml
    gives 2 cake check names.yaml
done
for name in a 0 A.b-c_d "${long%?}"; do
    gives 0 cake add sleep "$name"
done
expect 4 "$(cake list --sub-roles | wc -l | tr -d ' ')"
find . -newer names.yaml ! -path './.layer-cake*' ! -name names.yaml ! -name .out ! -name .err ! -name . ! -name err ! -name outside >outside
expect '' "$(cat outside)" 'files outside the home'

# What is said of a name or a path with a newline in it is one line.
gives 2 cake add sleep 'two
lines'
expect 1 "$(echo "$err" | wc -l | tr -d ' ')" "lines of: $err"
gives 4 cake list -hp='two
lines'
expect 1 "$(echo "$err" | wc -l | tr -d ' ')" "lines of: $err"
