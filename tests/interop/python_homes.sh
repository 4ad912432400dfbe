#!/bin/sh
# A home of the Python library's command is listed, run, changed, imported, exported and destroyed.
set -eu
. "$(dirname "$0")/lib.sh"

# theirs NAME MODULE ARGUMENT... - a role as that command adds it: by the module itself.
theirs() {
    name=$1 module=$2
    shift 2
    "$python" "$module" "$@" --create-role=true --role-name="$name" --home-path="$home" --origin=RUN --child-process \
        --full-output >/dev/null
}
cp "$programs/factorial.py" "$work/factorial.py"
make_home() {
    mkdir -p "$home/script" "$home/resource" "$home/arrivals" "$home/departures"
    theirs group "$work/factorial.py"
    theirs f "$work/factorial.py" --n=6
    theirs g "$work/factorial.py" --n=3 --note=three
    echo '{"value": [["main_role", ["unicode", "f", []]]]}' >"$home/role/group/settings.json"
    # what the library's command leaves behind when it has run them
    "$python" factorial.py --origin=RUN_CHILD --home-path="$home" --role-name=f --child-process --full-output >/dev/null
    printf '2026-11-23T00:46:28.174 ^ <00000013>factorial - an old line\n' >"$home/role/f/logs/2026h11h23T00c46c28p174"
}

make_home
expect 'f
g' "$(cake list)"
expect_match "f  * $work/factorial.py *" "$(cake list -ll f)"
expect_match '\[0\] * ago ... * (exit 0)' "$(cake history f)"
expect 720 "$(cake returned f)"
expect_match '*an old line*' "$(cake log f --tags=^)"
[ ! -e "$home/layer-cake.yaml" ] || fail 'listing has changed it'
gives 0 cake run
expect 720 "$(cake returned f)"
expect 2 "$(cake history f | wc -l)"
expect_match '* an old line
????-??-??T??:??:??.??? ^ <????????>factorial - factorial of 6*' "$(grep -h factorial "$home"/role/f/logs/20*)"
expect 2 "$("$python" -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["value"]))' "$home/role/f/start_stop.json")"
[ ! -e "$home/layer-cake.yaml" ] || fail 'running has changed it'
gives 0 cake update g --n=4
expect '4' "$(cake list -o json | json '[r["settings"]["n"] for r in d["roles"] if r["name"] == "g"][0]')"
expect_match '*main_role: f*' "$(cat "$home/layer-cake.yaml")"

# while a process of that command has a role, the home stays
"$python" - "$home/role/g/lock/head" "$LAYER_CAKE" "$home" <<'PY' || fail 'a role that runs was not heeded'
import fcntl, subprocess, sys
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
said = subprocess.run([sys.argv[2], "destroy", sys.argv[3]], capture_output=True, text=True)
sys.exit(not (said.returncode == 5 and 'role "g" is running' in said.stderr))
PY
gives 0 cake destroy
[ ! -e "$home" ] || fail 'it is still there'

# imported: starts, values and logs come along
make_home
gives 0 cake import home
expect 'f
g' "$(cake list)"
expect_match '\[0\] * ago ... * (exit 0)' "$(cake history f)"
expect 720 "$(cake returned f)"
expect_match '*an old line*' "$(cake log f --tags=^)"
refuses 1 "layer-cake: cannot import \"$home\": it has a layer-cake.yaml" import home

# and back: the module can be run there by the files alone
gives 0 cake add /bin/true other
gives 0 cake export home there
expect 'layer-cake: role "other" is no Python module: it is left out' "$err"
expect 'f
g
group' "$(ls there/role)"
expect_match '*"main_role",*"f"*' "$(tr -d '\n' <there/role/group/settings.json)"
expect_match '*an old line' "$(cat there/role/f/logs/*)"
expect '{"value":["integer8",6,[]]}' "$("$python" there/script/factorial.py --origin=RUN_CHILD --home-path=there \
    --role-name=g --child-process --full-output | tail -n 1)"
gives 0 cake -hp=there run
expect 720 "$(cake -hp=there returned f)"
refuses 5 "layer-cake: cannot export to \"$work/there\": it exists" export home there
