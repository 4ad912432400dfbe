#!/bin/sh
# Hosts of a network without IPv4 find each other: a directory that is announced, one that is told, programs, ports, tools.
set -eu
. "$(dirname "$0")/lib.sh"
names=${NAMES:?the program}
. "$e2e/../../samples/multihost/hosts.sh"
why=$(can_make_hosts) || skip "$why"
release() { remove_hosts; }
make_hosts_of_ipv6 3

# begin HOST DESCRIPTOR COMMAND... - its lines come from the descriptor.
begin() {
    where=$1 number=$2
    shift 2
    mkfifo "pipe-$number"
    ip netns exec "$network-$where" "$@" >"pipe-$number" 2>&1 &
    started=$!
    eval "exec $number<pipe-$number"
}
# hears DESCRIPTOR PATTERN - the next line that is such a one
hears() {
    while read -r line <&"$1"; do
        case $line in $2) return ;; esac
    done
    fail "nothing like $2 was said"
}

begin 2 3 "$LAYER_CAKE" host --announced
hears 3 'layer-cake: host-cake listens at *'
begin 1 4 "$LAYER_CAKE" lan --directory-at-lan='[::]:54195' --announce
hears 4 'layer-cake: lan-cake listens at \[::\]:54195'
begin 3 5 "$LAYER_CAKE" host --directory-at-lan='[fd00::1]:54195'
hears 3 '*the directory above is at \[fd00::1\]:54195'

begin 3 6 "$names" --subscribe='sv.' --scope=LAN
hears 6 subscribed
begin 2 7 "$names" --publish=svc --scope=LAN
publisher=$started
hears 7 published
hears 6 'available svc *'

gives 0 on 1 "$LAYER_CAKE" network -da -lp
expect_match '\[LAN\] lan-cake * <L>\[::\]:54195*# "svc" (*) \[fd00::2\]:*' "$out"
gives 0 on 2 "$LAYER_CAKE" network -da -o json
expect_match '*"ip": "fd00::2"*"connects_to": "\[fd00::1\]:54195"*' "$out"
id=$(on 1 "$LAYER_CAKE" network -fi | sed -n 's/.*host-cake (\([^)]*\)).*/\1/p' | head -n 1)
gives 0 on 3 "$LAYER_CAKE" ping "$id" --ping-count=2 --interval=10ms
expect_match '*2 sent, 2 answered, 0% lost*' "$out"

# an ordinary program's port, and who is told where it is
cat >db.yaml <<END
roles:
  db: {command: [sleep, infinity], ports: {http: {publish: shop.db, scope: lan}}}
END
cat >web.yaml <<END
roles:
  web:
    command: [sh, -c, 'echo "\$\$DB|\$\$DB_HOST|\$\$DB_PORT" >$work/told; exec sleep infinity']
    addresses: {DB: {name: shop.db, scope: lan}}
    ready: {exec: [test, -s, $work/told]}
END
gives 0 on 2 "$LAYER_CAKE" up --detach --wait -hp=db --file=db.yaml
gives 0 on 3 "$LAYER_CAKE" up --detach --wait -hp=web --file=web.yaml
expect_match '\[fd00::2\]:*|fd00::2|*' "$(cat told)"
gives 0 on 2 "$LAYER_CAKE" -hp=db down
gives 0 on 3 "$LAYER_CAKE" -hp=web down

kill -KILL "$publisher"
hears 6 'dropped svc'
