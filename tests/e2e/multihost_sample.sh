#!/bin/sh
# samples/multihost: the same server and workers as one group, as two groups on one host, and on three hosts of a network.
set -eu
. "$(dirname "$0")/lib.sh"
need curl
samples=${SAMPLES:?the folder of the built samples}
source=$e2e/../../samples/multihost
TEXTURE_PORT=$(free_ports)
export SERVER="$samples/texture_4" WORKER="$samples/multihost_worker" TEXTURE_PORT
url=http://127.0.0.1:$TEXTURE_PORT/Xy
answer() { curl -sS -m 30 -f --retry 100 --retry-delay 1 --retry-all-errors "$url?x=2&y=2" 2>/dev/null; }
table='{"value":["vector<vector<float8>>",[[0.0,0.0],[0.644217687237691,0.4927248649942301]],[]]}'

# 9: one worker with a name, in any order
at=$work/host.sock
gives 0 cake create
gives 0 cake add "$LAYER_CAKE" host -- host --directory-at-host="$at"
gives 0 cake update host --ready='{notify: true}'
gives 0 cake start --wait
"$samples/multihost_9" --server-address="127.0.0.1:$TEXTURE_PORT" \
    --connect-to-directory="$at" &
server=$!
code() { curl -s -m 20 -o "$work/body" -w '%{http_code}' "$url?x=2&y=2"; }
until [ "$(code)" != 000 ]; do :; done
expect 503 "$(code)"
"$samples/multihost_worker" --name=texture --connect-to-directory="$at" &
worker=$!
expect "$table" "$(answer)"
kill -INT "$worker" "$server"
wait "$worker" "$server" || :

# 10: as one group, then as two
gives 0 cake up --detach --wait --timeout=60s -hp=one --file="$source/one-group.yaml"
expect "$table" "$(answer)"
gives 0 cake load "$url" --xy=20 --clients=4 --requests=10 --timeout=20s
gives 0 cake down -hp=one
export HOST_DIRECTORY
HOST_DIRECTORY=127.0.0.1:$(free_ports)
gives 0 cake add "$LAYER_CAKE" other -- host --directory-at-host="$HOST_DIRECTORY"
gives 0 cake update other --ready='{notify: true}'
gives 0 cake start other --wait
gives 0 cake up --detach --wait --timeout=60s -hp=two --file="$source/server.yaml"
gives 0 cake up --detach --wait --timeout=60s -hp=three --file="$source/workers.yaml"
expect "$table" "$(answer)"
gives 0 cake network --connect-to-directory="$HOST_DIRECTORY" -lc
expect_match '*\[GROUP\] group-cake*\[GROUP\] group-cake*' "$out"
expect_match '*> "worker:*"\[HOST\] (*' "$out"
gives 0 cake down -hp=two
gives 0 cake down -hp=three
gives 0 cake down

# 11: on three hosts
if why=$(. "$source/hosts.sh" && can_make_hosts); then
    unset TEXTURE_PORT HOST_DIRECTORY
    gives 0 env SAMPLES="$samples" "$source/network.sh"
    expect_match '*{"value":*"vector<vector<float8>>"*' "$out"
    expect_match '*\[LAN\] lan-cake*\[HOST\] host-cake*\[HOST\] host-cake*' "$out"
else
    echo "not run on hosts: $why"
fi
