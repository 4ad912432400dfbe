#!/bin/sh
# Groups join a realm by themselves, as their definition says: a port that a role of one publishes is found and reached from the other,
# and the logs of roles tell how it stands with the realm. Servers that are not who they should be are not spoken to.
set -eu
. "$(dirname "$0")/lib.sh"
. "$e2e/nats.sh"
make_realm 1
nats_server 1
joins() { # SITE
    printf 'directory: {realm: {name: shop, site: %s, nats: ["%s"], key: ../shop.key, nkey: ../%s.nk, host: 127.0.0.1, tls: {ca: ../ca.pem}}}\n' \
        "$1" "$nats" "$1"
}
north() { cake "$@" --home-path="$work/north/.layer-cake"; }
south() { cake "$@" --home-path="$work/south/.layer-cake"; }

mkdir north south
{
    joins north
    cat <<END
roles:
  web:
    command: ["$programs/web"]
    ports: {http: {publish: "shop:web", scope: realm}}
    ready: {tcp_socket: http}
END
} >north/layer-cake.yaml
{
    joins south
    cat <<END
roles:
  user:
    command: [sh, -c, 'echo "\$\$WEB" >$work/told; exec sleep infinity']
    addresses: {WEB: {name: "shop:web", scope: realm}}
END
} >south/layer-cake.yaml
gives 0 north up --detach --wait --file=north/layer-cake.yaml
gives 0 south up --detach --wait --file=south/layer-cake.yaml
address=$(cat told)
expect_match '127.0.0.1:*' "$address"
expect_match '*HTTP*200*' "$("$python" - "$address" <<'END'
import sys, urllib.request
answer = urllib.request.urlopen("http://" + sys.argv[1], timeout=10)
print("HTTP", answer.status)
END
)"

# who asks sees the realm
gives 0 south network --open-scope=group -lp
expect_match '*REALM*"shop:web"*' "$out"
id=$(south network --open-scope=group -o json | json 'd["network"]["id"]')
gives 0 south ping "$id" --ping-count=1 --open-scope=group
gives 0 south realm status --open-scope=group
expect_match "realm shop, site south, *connected to $nats, nats-server *names: 0 announced, 1 known *refused: *SITE *north *" "$out"
south realm status --open-scope=group -o json >state
expect 'true' "$(json 'd["signed"] and d["connection"]["round_trip_us"] >= 0 and d["sessions"]["links"] + d["sessions"]["relayed"] >= 0' <state)"
expect '["north"]' "$(json '[m["site"] for m in d["members"]]' <state)"
refuses 3 'layer-cake: cannot tell of the realm: nothing listens at "127.0.0.1:1"' realm status --connect-to-directory=127.0.0.1:1

# the role's log tells how it stands with the realm
until north log web 2>/dev/null | grep -q 'joined realm "shop"'; do :; done
kill -9 "$server"
wait "$server" 2>/dev/null || :
until north log web | grep -q 'cut off from realm "shop"'; do :; done
gives 0 north realm status --open-scope=group
expect_match '*cut off: *' "$out"
gives 0 north down
gives 0 south down

# a server whose certificate is by somebody else, or of another host
nats_server 1
openssl req -x509 -newkey ed25519 -nodes -keyout other-key.pem -out other-ca.pem -days 2 -subj /CN=other 2>/dev/null
: >believer.log
"$LAYER_CAKE" lan --directory-at-lan=127.0.0.1:0 --realm=shop --site=believer --nats="$nats" --nats-nkey=north.nk \
    --nats-tls-ca=other-ca.pem >/dev/null 2>believer.log &
awaits 'cut off from realm "shop".*certificate' believer.log
kill -9 "$server"
wait "$server" 2>/dev/null || :
printf 'subjectAltName=DNS:elsewhere.example\n' >names.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile names.ext -out server.pem 2>/dev/null
nats_server 1
: >careful.log
"$LAYER_CAKE" lan --directory-at-lan=127.0.0.1:0 --realm=shop --site=careful --nats="$nats" --nats-nkey=north.nk \
    --nats-tls-ca=ca.pem >/dev/null 2>careful.log &
awaits 'cut off from realm "shop"' careful.log
expect_match '*mismatch*' "$(grep 'cut off' careful.log)"
