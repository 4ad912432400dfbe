#!/bin/sh
# network.sh - the texture service on three hosts: a server on the first, two workers on each of the others. The hosts are
# namespaces of this one. Needs root, ip and curl; run it where texture_4 and multihost_worker are, or say where they are.
#
#     sudo LAYER_CAKE=layer-cake SAMPLES=. samples/multihost/network.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/hosts.sh"
: "${LAYER_CAKE:=layer-cake}" "${SAMPLES:=.}"
why=$(can_make_hosts) || { echo "network.sh: $why" >&2; exit 77; }

place=$(mktemp -d)
trap 'remove_hosts; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM
export SERVER="$SAMPLES/texture_4" WORKER="$SAMPLES/multihost_worker" SCOPE=LAN
make_hosts 3

echo 'the directories: that of the LAN is that of host 1, too'
on 1 "$LAYER_CAKE" lan &
for host in 2 3; do
    on "$host" "$LAYER_CAKE" host &
done

echo 'the server on host 1, workers on hosts 2 and 3'
on 1 "$LAYER_CAKE" up --detach --home-path="$place/server" --file="$here/server.yaml"
for host in 2 3; do
    on "$host" "$LAYER_CAKE" up --detach --home-path="$place/workers-$host" --file="$here/workers.yaml"
done

url=http://127.0.0.1:5050/Xy
echo 'the first answer, as soon as there is a worker:'
on 1 curl -sSf --retry 60 --retry-delay 1 --retry-all-errors "$url?x=2&y=1"
echo
on 1 "$LAYER_CAKE" network -lp -ls -lr
on 1 "$LAYER_CAKE" load "$url" --xy=50 --clients=8 --duration=3s --timeout=5s

echo 'the cable of host 3 is pulled: the others do the work'
unplug 3
on 1 "$LAYER_CAKE" load "$url" --xy=50 --clients=8 --duration=3s --timeout=5s || :

echo 'and put back'
plug 3
on 1 "$LAYER_CAKE" load "$url" --xy=50 --clients=8 --duration=3s --timeout=5s
for home in "$place"/*; do
    "$LAYER_CAKE" down --home-path="$home"
done
