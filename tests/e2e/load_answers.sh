#!/bin/sh
# `load` tells every kind of answer apart, checks tables, tries again when asked, and says with its exit status what it found.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add "$python" server -- "$programs/moody" "$work"
gives 0 cake update server --ready="{exec: [test, -e, $work/port], period: 100ms}"
gives 0 cake start --wait --timeout=30s
url=http://127.0.0.1:$(cat port)

# load STATUS ARGUMENT... - the report as JSON is in $out.
load() {
    wanted_status=$1
    shift
    gives "$wanted_status" cake load -o json --seed=7 "$@"
}
report() { printf '%s' "$out" | json "$1"; }
kind() { report "d['kinds']['$1']['count']"; }

load 0 "$url/Xy" --clients=3 --requests=20 --xy=12
expect layer-cake.load/1 "$(report 'd["schema"]')"
expect 60 "$(kind success)"
expect 3 "$(report 'd["connections"]')"
expect true "$(report '0 < d["latency"]["p50"] <= d["latency"]["p99"] <= d["latency"]["max"]')"
load 0 "$url/plain" --clients=2 --requests=10 --xy=5 --processes=2
expect 20 "$(kind success)"
load 1 "$url/wrong" --clients=2 --requests=5 --xy=5
expect 10 "$(kind invalid)"
expect_match 'layer-cake: 10 answers were not the table asked for: asked for * columns in * rows, got *' "$err"
load 1 "$url/nosuch" --clients=1 --requests=2 --xy=5 --expect-status=200
expect '{"404": 2}' "$(report 'd["statuses"]')"

load 0 "$url/mixed" --clients=1 --requests=12
expect '6 2 2 2 0' "$(kind busy) $(kind overloaded) $(kind unavailable) $(kind expired) $(kind success)"
load 0 "$url/busy" --clients=1 --requests=3 --expect-status=503
load 0 "$url/flaky" --clients=1 --requests=5 --retries=3 --retry-pause=1ms
expect '5 5 5 5' "$(kind busy) $(kind success) $(report 'd["retries"]') $(report 'd["offered"]["count"]')"

load 1 "$url/silent" --clients=2 --requests=1 --timeout=200ms
expect 2 "$(kind timeout)"
expect_match 'layer-cake: nothing has answered: *' "$err"
load 1 "$url/cut" --clients=2 --requests=2
expect 4 "$(kind reset)"
load 1 "$url/drop" --clients=2 --requests=2
expect 4 "$(kind reset)"
load 1 "$url/garbage" --clients=2 --requests=2
expect 4 "$(kind garbled)"
expect_match '*not HTTP/1.1*' "$err"

# An open loop offers what its schedule says, and its rows add up.
load 0 "$url/Xy" --xy=3 --rate=100@500ms,200@500ms --constant --interval=100ms
expect '50 100' "$(report '[p["offered"] for p in d["phases"]]' | tr -d '[],')"
expect true "$(report 'sum(r["offered"] for r in d["intervals"]) == 150 == sum(r["success"] for r in d["intervals"])')"
expect true "$(report '8 <= len(d["intervals"]) <= 13')"
load 1 "$url/silent" --rate=1000@500ms --connections=5 --timeout=200ms --processes=2
expect true "$(report 'd["kinds"]["not_sent"]["count"] + d["kinds"]["timeout"]["count"] == d["offered"]["count"]')"
expect true "$(report 'd["kinds"]["not_sent"]["count"] > 20')"

# What a person reads.
gives 0 cake load "$url/busy" -c=2 -n=3 --seed=1
expect_match '*closed loop, 2 clients, 3 requests each, seed 1*requests   6 offered*refused: Busy      6  100.0 %*statuses: 503 Service Unavailable 6' "$out"
gives 0 cake load "$url/Xy" --xy=3 -c=2 -n=3
expect_match '*times of successes*up to *█*' "$out"
gives 0 env LC_ALL=C "$LAYER_CAKE" load "$url/Xy" --xy=3 -c=2 -n=3
expect_match '*up to *#*' "$out"
expect '' "$err" 'stderr of a load that is no terminal'

# Errors are one line.
set -- $(free_ports)
refuses 1 "layer-cake: cannot load \"http://127.0.0.1:$1/\": nothing listens at \"127.0.0.1:$1\"" load "http://127.0.0.1:$1/"
refuses 1 "layer-cake: cannot load \"unix:///$work/none\": nothing listens at \"/$work/none\"" load "unix:///$work/none"
refuses 2 'layer-cake: "https://a/" is no URL to load: https is not spoken; load the http port behind it' load https://a/
refuses 2 'layer-cake: --rate: "x" is no rate: a number such as 200 or 1.5/s is wanted' load "$url" --rate=x
refuses 2 'layer-cake: --clients is of clients that wait for answers; with --rate nobody does' load "$url" --rate=1 --clients=2
refuses 2 'layer-cake: "load" needs a URL, such as http://localhost/Xy' load

# A signal ends it early, with a report; killed, it leaves nothing behind.
"$LAYER_CAKE" load "$url/Xy" --xy=3 --rate=50 --duration=1h --processes=2 -o json >early 2>&1 &
load=$!
"$python" "$e2e/kill_when_forked.py" "$load" 2 INT
status=0
wait "$load" || status=$?
expect 130 "$status"
expect true "$(json 'd["interrupted"]' <early)"
"$LAYER_CAKE" load "$url/silent" --rate=50 --duration=1h --processes=2 >/dev/null 2>&1 &
load=$!
"$python" "$e2e/kill_when_forked.py" "$load" 2 KILL
gives 0 cake down
expect '' "$(survivors)" 'what is left'
