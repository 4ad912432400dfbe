#!/bin/sh
# network.sh - one pool over two sites that cannot dial each other: the texture service in the north, workers in the north and in
# the south, and three nats-servers that both sites reach. The hosts are namespaces of this one. Needs root, ip, curl and
# nats-server; run it where texture_4 and multihost_worker are, or say where they are.
#
#     sudo LAYER_CAKE=layer-cake SAMPLES=. samples/realm/network.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../multihost/hosts.sh"
: "${LAYER_CAKE:=layer-cake}" "${SAMPLES:=.}"
why=$(can_make_hosts) || { echo "network.sh: $why" >&2; exit 77; }
command -v nats-server >/dev/null || { echo 'network.sh: nats-server is not installed' >&2; exit 77; }

place=$(mktemp -d)
trap 'remove_hosts; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM
export SERVER="$SAMPLES/texture_4" WORKER="$SAMPLES/multihost_worker" SCOPE=WAN
north=1 south=2
make_hosts 5
on "$north" ip route add unreachable 10.0.0.2
on "$south" ip route add unreachable 10.0.0.1

echo 'the keys: one of the realm, which both sites have, and one of each site for NATS'
"$LAYER_CAKE" realm keygen "$place/shop.key"
for site in north south; do
    "$LAYER_CAKE" realm keygen --nkey "$place/$site.nk" >"$place/$site.public"
done
NORTH=$(cat "$place/north.public") SOUTH=$(cat "$place/south.public")
export NORTH SOUTH

echo 'three nats-servers, on hosts 3, 4 and 5'
for host in 3 4 5; do
    on "$host" nats-server -c "$here/nats.conf" -a "10.0.0.$host" --cluster "nats://10.0.0.$host:6222" >"$place/nats-$host.log" 2>&1 &
done

echo 'the directory of each site, on its only host'
# site HOST NAME
site() {
    on "$1" "$LAYER_CAKE" lan --realm=shop --site="$2" --realm-key="$place/shop.key" --nats-nkey="$place/$2.nk" \
        --nats=nats://10.0.0.3,nats://10.0.0.4,nats://10.0.0.5 &
}
site "$north" north
site "$south" south

echo 'the server in the north, two workers in each site'
on "$north" "$LAYER_CAKE" up --detach --home-path="$place/server" --file="$here/../multihost/server.yaml"
on "$north" "$LAYER_CAKE" up --detach --home-path="$place/near" --file="$here/../multihost/workers.yaml"
on "$south" "$LAYER_CAKE" up --detach --home-path="$place/far" --file="$here/../multihost/workers.yaml"

url=http://127.0.0.1:5050/Xy
load() { on "$north" "$LAYER_CAKE" load "$url" --xy=50 --clients=8 --duration=1s --timeout=5s; }
# workers COUNT - waits until the pool has that many.
workers() {
    until [ "$(on "$north" "$LAYER_CAKE" network -lc | grep -c '> "worker:')" -eq "$1" ]; do :; done
    echo "the pool has $1 workers"
}
echo 'the first answer, as soon as there is a worker:'
on "$north" curl -sSf --retry 60 --retry-delay 1 --retry-all-errors "$url?x=2&y=1"
echo
workers 4
on "$north" "$LAYER_CAKE" network -lp -ls -lr
load

echo 'one of the nats-servers is unplugged: another one is used'
unplug 3
load
plug 3

echo 'the south is cut off: the north does the work alone'
unplug "$south"
workers 2
load

echo 'and comes back'
plug "$south"
on "$south" ip route replace unreachable 10.0.0.1
workers 4
load
for home in "$place"/server "$place"/near "$place"/far; do
    "$LAYER_CAKE" down --home-path="$home"
done
