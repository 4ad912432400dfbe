#!/bin/sh
# The directory of a host is seen by network and ping, whoever has started it; a port in use is one clear line.
set -eu
. "$(dirname "$0")/lib.sh"

at=$work/host.sock
ln -s "$LAYER_CAKE" host-cake
ln -s "$LAYER_CAKE" lan-cake

refuses 3 "layer-cake: cannot list the network: nothing listens at \"$at\"" network --connect-to-directory="$at"
refuses 2 'layer-cake: ping needs the id of a directory ("layer-cake network" prints them)' ping

# stand-alone, by its link name; it says where it listens
mkfifo said
./host-cake --directory-at-host="$at" 2>said &
host=$!
read -r line <said
expect "layer-cake: host-cake listens at $at" "$line"

gives 0 cake network --connect-to-directory="$at"
expect_match '\[HOST\] host-cake (????????)
+   \[PROCESS\] layer-cake (????????)' "$out"
gives 0 cake network --connect-to-directory="$at" -fi -da
expect_match '\[HOST\] host-cake (????????-????-????-????-????????????) * <C>(not set) <L>*host.sock
+   \[PROCESS\] layer-cake (*) (not detected) <C>*host.sock <L>(not set)' "$out"
gives 0 cake network --connect-to-directory="$at" -o json
expect 'layer-cake.network/1 HOST host-cake 1' "$(printf '%s' "$out" |
    json '" ".join([d["schema"], d["network"]["scope"], d["network"]["executable"], str(len(d["network"]["below"]))])')"
id=$(printf '%s' "$out" | json 'd["network"]["id"]')
gives 0 cake network --connect-to-directory="$at" --graph
expect_match 'digraph layer_cake {*host-cake*n0 -> n1*' "$out"
gives 2 cake network --graph=png --connect-to-directory="$at"
expect 'layer-cake: --graph: "png" is neither dot nor svg' "$err"
gives 2 cake network --open-scope=everywhere
if command -v dot >/dev/null; then
    gives 0 cake network --connect-to-directory="$at" --graph=svg
    expect_match '<?xml*<svg *<text *\[HOST\]*</svg>' "$out"
else
    refuses 1 'layer-cake: cannot draw the network: "dot" is not installed (it comes with graphviz)' \
        network --connect-to-directory="$at" --graph=svg
fi

gives 0 cake ping "${id%%-*}" --ping-count=3 --interval=10ms --connect-to-directory="$at"
expect_match '\[0\] ... 0.??????s
\[1\] ... 0.??????s
\[2\] ... 0.??????s
3 sent, 3 answered, 0% lost
min/avg/max/deviation 0.*s' "$out"
gives 0 cake ping "$id" -pc=2 -i=10ms --connect-to-directory="$at" -o json
expect '["host-cake", 2, 0]' "$(printf '%s' "$out" | json '[d["executable"], d["answered"], int(d["loss"])]')"
refuses 4 'layer-cake: cannot ping "zz": not present in directory' ping zz --connect-to-directory="$at"

# a second one
gives 1 ./host-cake --directory-at-host="$at"
expect_match 'layer-cake: *host.sock*' "$err"
expect 1 "$(printf '%s\n' "$err" | wc -l | tr -d ' ')"
mkfifo taken
"$python" -c 'import socket, signal
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
signal.pause()' >taken &
read -r port <taken
gives 1 cake host --directory-at-host="127.0.0.1:$port"
expect "layer-cake: cannot listen at 127.0.0.1:$port: address already in use" "$err"
gives 2 cake host --directory-at-host=nowhere
gives 2 cake host --encrypted-directory=maybe
gives 2 cake lan somewhere

# the directory of a LAN says who can reach it; it can be loopback alone
./lan-cake --directory-at-lan=0.0.0.0:0 2>said &
lan=$!
{
    read -r first
    read -r second
} <said
expect_match 'layer-cake: lan-cake listens at 0.0.0.0:*' "$first"
expect 'layer-cake: whoever reaches that address can publish names and search, and what is said is not encrypted' "$second"

# who has its key is the one, and nobody else
mkfifo kept
./lan-cake --directory-at-lan=127.0.0.1:0 --key-file=lan.key 2>kept &
kept=$!
exec 3<kept
read -r where <&3
read -r key <&3
expect_match 'layer-cake: lan-cake listens at 127.0.0.1:*, encrypted' "$where"
where=${where#*listens at }
where=${where%,*}
key=${key##* }
expect 600 "$(stat -c %a lan.key)"
gives 0 cake network --connect-to-directory="$where" --directory-key="$key"
expect_match '\[LAN\] lan-cake*' "$out"
gives 0 cake network --connect-to-directory="$where" --encrypted-directory
wrong=$(printf '%064d' 0)
gives 1 cake network --connect-to-directory="$where" --directory-key="$wrong"
expect_match '*another key than it should have*' "$err"
gives 2 cake network --connect-to-directory="$where" --directory-key=short
expect 'layer-cake: --directory-key: a key is 64 hexadecimal digits' "$err"
LAYER_CAKE_LAN_KEY=$key ./host-cake --directory-at-host="$work/keyed.sock" --directory-at-lan="$where" 2>/dev/null &
keyed=$!
until cake network --connect-to-directory="$work/keyed.sock" 2>/dev/null | grep -q '^\[LAN\]'; do :; done
cat >layer-cake.yaml <<END
directory: {at_lan: "$where", lan_key: $key}
roles: {web: {command: [sleep, infinity], ports: {http: {publish: keyed.web, scope: lan}}}}
END
gives 0 cake up --detach --wait -hp=keyed
until cake network --connect-to-directory="$where" --directory-key="$key" -lp | grep -q '# "keyed.web"'; do :; done
gives 0 cake down -hp=keyed
rm layer-cake.yaml
kill -INT "$kept" "$keyed"
wait "$kept" "$keyed" || :
cp lan.key before
./lan-cake --directory-at-lan=127.0.0.1:0 --key-file=lan.key 2>kept &
kept=$!
exec 3<kept
read -r _ <&3
read -r again <&3
expect "$key" "${again##* }"
kill -INT "$kept"
wait "$kept" || :
cmp lan.key before

# its units are what systemd takes
if command -v systemd-analyze >/dev/null; then
    mkdir units
    for unit in host lan; do
        sed "s|@bindir@/layer-cake|$LAYER_CAKE|" "$e2e/../../configs/layer-cake-$unit.service" >"units/layer-cake-$unit.service"
    done
    verified=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no units/* 2>&1) || fail "systemd-analyze: $verified"
    expect '' "$(echo "$verified" | grep layer-cake || true)" 'what systemd-analyze says of the units'
fi

# ends with success when it is told to, and those below come back
kill -TERM "$lan"
ended=0
wait "$lan" || ended=$?
expect 0 "$ended"
gives 0 cake create
gives 0 cake add ./host-cake above -- --directory-at-host="$work/above.sock"
gives 0 cake update above --ready='{notify: true}'
gives 0 cake start --wait
gives 0 cake network --connect-to-directory="$work/above.sock"
kill -INT "$host"
wait "$host" || ended=$?
expect 0 "$ended"
[ ! -e "$at" ] || fail 'the socket is left'
