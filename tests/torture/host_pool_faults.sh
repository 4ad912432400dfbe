#!/bin/sh
# host_pool_faults.sh [ROUNDS [SEED]] - three hosts and a LAN: hosts are cut off, heard one way only, paused; directories are
# killed and restarted, workers come and go. After each healing the server has exactly the workers that there are, within
# the time that is promised, and until then those that can be reached answer.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}
source=$torture/../../samples/multihost
rounds=${1:-8}
seed=${2:-$(date +%s)}
echo "seed $seed"
. "$source/hosts.sh"
why=$(can_make_hosts) || skip "$why"
release() { remove_hosts; }
port=$(free_ports)
export TEXTURE_PORT="$port" SERVER="$samples/texture_4" WORKER="$samples/multihost_worker" SCOPE=LAN
make_hosts 3

directory() { # directory HOST VERB - as a role, which is restarted when it is killed
    mkdir "directory-$1"
    printf 'roles:\n  %s: {command: [%s, %s], restart: {policy: always, first_steps: [0s, 100ms]}, ready: {notify: true}}\n' \
        "$2" "$LAYER_CAKE" "$2" >"directory-$1/layer-cake.yaml"
    on "$1" "$LAYER_CAKE" up --detach --wait -hp="$work/directory-$1/home" --file="directory-$1/layer-cake.yaml" >>log 2>&1
}
pid() { cake -hp="$work/$1" status -o json | json "[p['pid'] for p in d['processes'] if p['name'] == '$2'][0]"; }
directory 1 lan
directory 2 host
directory 3 host
on 1 "$LAYER_CAKE" up --detach --wait -hp="$work/server" --file="$source/server.yaml" >>log 2>&1
for host in 2 3; do
    on "$host" "$LAYER_CAKE" up --detach --wait -hp="$work/workers-$host" --file="$source/workers.yaml" >>log 2>&1
done

# converged WORKERS SECONDS WHAT - within the time the LAN knows so many, and the pool of the server has them
converged() {
    "$python" - "$network-1" "$LAYER_CAKE" "$work/server" "$@" <<'END' || fail "not converged after $3 (seed $seed)"
import json, subprocess, sys, time

host, cake, home, wanted, seconds, what = sys.argv[1:]


def asked(*words):
    said = subprocess.run([*words, "-o", "json"], capture_output=True, check=False)
    return json.loads(said.stdout) if said.returncode == 0 else None


begin = time.monotonic()
while True:
    network = asked("ip", "netns", "exec", host, cake, "network")
    known = sum(one["name"].startswith("worker:") for one in network["network"]["published"]) if network else 0
    pools = asked(cake, "-hp=" + home, "status")["pools"]
    serving = pools[0]["workers"]["serving"] if pools else 0
    took = time.monotonic() - begin
    if serving == known == int(wanted):
        print(f"{what}: {serving} workers after {took:.1f} s", flush=True)
        sys.exit(0)
    if took > float(seconds):
        sys.exit(f"{what}: {known} known, {serving} in the pool, instead of {wanted}, after {took:.1f} s")
END
}
answers() { # somebody answers
    code=$(on 1 curl -s -m 20 -o body -w '%{http_code}' --retry 10 --retry-delay 1 "http://127.0.0.1:$port/Xy?x=2&y=2") || :
    expect 200 "$code" "answer after $1 (seed $seed)"
}
converged 4 20 'the start'
answers 'the start'

for fault in $("$python" -c 'import random, sys
random.seed(int(sys.argv[2]))
faults = ["kill_lan", "kill_host", "pause_lan", "lose_host", "mute_host", "kill_worker", "unplug_host", "stop_workers",
          "late_server", "late_workers"]
chosen = []
while len(chosen) < int(sys.argv[1]):
    chosen += random.sample(faults, len(faults))
print(*chosen[:int(sys.argv[1])])' "$rounds" "$seed"); do
    case $fault in
    kill_lan) kill -KILL "$(pid directory-1/home lan)" ;;
    kill_host) kill -KILL "$(pid directory-2/home host)" ;;
    kill_worker) kill -KILL "$(pid workers-3 worker-0)" ;;
    pause_lan)
        paused=$(pid directory-1/home lan)
        kill -STOP "$paused"
        answers "$fault"
        kill -CONT "$paused"
        ;;
    lose_host)
        lose 3
        answers "$fault"
        regain 3
        ;;
    mute_host)
        mute 3 1
        answers "$fault"
        unmute 3 1
        ;;
    unplug_host)
        unplug 2
        answers "$fault"
        plug 2
        ;;
    stop_workers)
        cake -hp="$work/workers-2" stop >>log 2>&1
        converged 2 20 'workers stopped'
        answers "$fault"
        on 2 "$LAYER_CAKE" -hp="$work/workers-2" start --wait >>log 2>&1
        ;;
    late_server) # subscribed while one host is away
        cake -hp="$work/server" stop >>log 2>&1
        lose 3
        on 1 "$LAYER_CAKE" up --detach --wait -hp="$work/server" --file="$source/server.yaml" >>log 2>&1
        answers "$fault"
        regain 3
        ;;
    late_workers) # published while the host is away
        cake -hp="$work/workers-2" stop >>log 2>&1
        converged 2 20 'workers stopped'
        lose 2
        on 2 "$LAYER_CAKE" -hp="$work/workers-2" start --wait >>log 2>&1
        answers "$fault"
        regain 2
        ;;
    esac
    # What has happened while a host was away, one names and routes apart, is put right within ten seconds of its return.
    converged 4 25 "$fault"
    answers "$fault"
done
