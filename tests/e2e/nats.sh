# tests/e2e/nats.sh - real nats-servers for scripts that source it, as configs/nats.conf has them; and two sites over them.
#
#     make_realm 3        keys and certificates, and the configurations of that many servers; $nats is where they are
#     nats_server 2       starts the second one and waits until it is ready; $server is its process
#     member SITE ...     runs a directory of a LAN that is one; $at is where it listens, its lines come in the file SITE.log
make_realm() {
    need nats-server openssl
    servers=$1
    openssl req -x509 -newkey ed25519 -nodes -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=ca 2>/dev/null
    openssl req -newkey ed25519 -nodes -keyout server-key.pem -out server.csr -subj /CN=nats 2>/dev/null
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >names.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile names.ext \
        -out server.pem 2>/dev/null
    cake realm keygen shop.key >fingerprint
    users=
    for site in north south; do
        users="$users${users:+, }{nkey: $(cake realm keygen --nkey $site.nk), permissions: \$MEMBER}"
    done
    first=$(free_ports $((2 * servers)) | cut -d" " -f1)
    routes=
    nats=
    number=1
    while [ "$number" -le "$servers" ]; do
        routes="$routes${routes:+, }nats://127.0.0.1:$((first + servers + number - 1))"
        nats="$nats${nats:+,}tls://127.0.0.1:$((first + number - 1))"
        number=$((number + 1))
    done
    number=1
    while [ "$number" -le "$servers" ]; do
        sed -e "s|/etc/nats|$work|" -e "s|nats-1|nats-$number|" \
            -e "s|0.0.0.0:4222|127.0.0.1:$((first + number - 1))|" \
            -e "s|0.0.0.0:6222|127.0.0.1:$((first + servers + number - 1))|" \
            -e "s|{nkey: UDXU[^}]*}|$users|" -e "s|routes: \[\]|routes: [$routes]|" \
            "$e2e/../../configs/nats.conf" >"nats-$number.conf"
        number=$((number + 1))
    done
}

nats_server() {
    : >"nats-$1.log"
    nats-server -c "nats-$1.conf" >"nats-$1.log" 2>&1 &
    server=$!
    until grep -q 'Server is ready' "nats-$1.log"; do
        kill -0 "$server" 2>/dev/null || fail "nats-server: $(cat "nats-$1.log")"
    done
}

# awaits TEXT FILE [COUNT] - until the text is in the file, in that many lines.
awaits() {
    until [ "$(grep -c -- "$1" "$2")" -ge "${3:-1}" ]; do :; done
}

# member SITE OPTION... - $at, $member
member() {
    site=$1
    shift
    : >"$site.log"
    "$LAYER_CAKE" lan --directory-at-lan=127.0.0.1:0 --realm=shop --site="$site" --realm-host=127.0.0.1 --nats="$nats" \
        --nats-tls-ca=ca.pem "$@" >/dev/null 2>"$site.log" &
    member=$!
    awaits 'listens at' "$site.log"
    at=$(sed -n 's/.*listens at \([0-9.:]*\).*/\1/p' "$site.log")
}
