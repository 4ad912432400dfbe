#!/bin/sh
# Each step of samples/texture answers the same requests alike, whoever computes the table.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}

ports=$(free_ports 8)
port_of() { echo "$ports" | cut -d' ' -f"$1"; }
{
    echo 'roles:'
    for step in 1 2 3 4 5 6 7 8; do
        [ "$step" = 8 ] && program=texture_4 || program=texture_$step
        echo "  step-$step:"
        echo "    executable: $samples/$program"
        echo "    ready: {tcp_socket: $(port_of $step), timeout: 20s}"
        echo "    settings:"
        echo "      server_address: {host: 127.0.0.1, port: $(port_of $step)}"
        case $step in
        4) echo '      pool: {count: 2}' ;;
        8) echo '      pool: {placement: process, count: 2, responsiveness: 20s}' ;;
        esac
    done
} >layer-cake.yaml
gives 0 cake up --detach --wait --timeout=60s

table='{"value":["vector<vector<float8>>",[[0.0,0.0],[0.644217687237691,0.4927248649942301]],[]]}'
for step in 1 2 3 4 5 6 7 8; do
    at=http://127.0.0.1:$(port_of $step)
    expect "$table" "$(curl -sS -m 20 "$at/Xy?x=2&y=2")" "step $step"
    expect "$table" "$(curl -sS -m 20 -H 'Content-Type: application/json' -d '{"x":2,"y":2}' "$at/Xy")" "step $step"
    expect '[[0.0]]' "$(curl -sS -m 20 -H 'Accept: application/json;form=plain' "$at/Xy")" "step $step"
    gives 0 cake load "$at/Xy" --xy=20 --clients=4 --requests=5 --timeout=20s
done

# what the pools of the programs have done is in the status
gives 0 cake status -o json
expect '["step-4.worker", "step-8.worker"]' "$(printf '%s' "$out" | json 'sorted(p["name"] for p in d["pools"])')"
expect '[23, 23, 2]' "$(printf '%s' "$out" |
    json '[[p["offered"], p["completed"], p["workers"]["serving"]] for p in d["pools"] if p["role"] == "step-8"][0]')"
gives 0 cake down
