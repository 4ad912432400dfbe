#!/bin/sh
# Two sites of a realm know each other's names over three nats-servers; a server that is killed costs nothing, and when all come
# back all is known again. Sessions are relayed where they are to be; who has not the realm's key is not believed.
set -eu
. "$(dirname "$0")/lib.sh"
. "$e2e/nats.sh"
names=${NAMES:?the program}
make_realm 3

# begin PIPE ARGUMENT... - starts one of the network; its lines are read from the pipe. $pid is its process.
begin() {
    pipe=$1
    shift
    rm -f "$pipe"
    mkfifo "$pipe"
    "$names" --scope=REALM "$@" >"$pipe" 2>>log &
    pid=$!
}
publisher() { # NAME DIRECTORY
    begin publisher --publish="$1" --connect-to-directory="$2"
    exec 4<publisher
    read -r line <&4
    expect published "$line"
}
next() { # PATTERN
    read -r line <&5
    expect_match "$1" "$line"
}

# the members are there before the servers
member north --realm-key=shop.key --nats-nkey=north.nk
north=$at
north_member=$member
member south --realm-key=shop.key --nats-nkey=south.nk --relay=always
south=$at
awaits 'cut off from realm "shop"' north.log
for number in 1 2 3; do
    nats_server "$number"
    eval "server_$number=$server"
done
for site in north south; do
    awaits 'joined realm "shop"' "$site.log"
    awaits 'before 2.9.23' "$site.log"
done

# in either order; the session is relayed
publisher svc-1 "$north"
first=$pid
begin subscriber --subscribe='svc-.' --connect-to-directory="$south"
exec 5<subscriber
next subscribed
next "available svc-1 $first"
publisher svc-2 "$north"
second=$pid
next "available svc-2 $second"
gives 0 cake network --connect-to-directory="$south" -lp
expect_match '*"svc-1"*' "$out"

# one of three servers is killed: nobody is dropped
kill -9 "$server_1"
wait "$server_1" 2>/dev/null || :
publisher svc-3 "$north"
next "available svc-3 $pid"

# all of them are, and come back
joined=$(grep -c 'joined realm' north.log)
kill -9 "$server_2" "$server_3"
for number in 1 2 3; do
    nats_server "$number"
done
awaits 'joined realm' north.log $((joined + 1))
publisher svc-4 "$north"
while
    read -r line <&5
    [ "$line" != "available svc-4 $pid" ]
do
    expect_match '[ad][vr]*' "$line" # relayed sessions may have lost something
done

# a publisher that is killed is dropped
kill -9 "$pid"
while
    read -r line <&5
    [ "$line" != 'dropped svc-4' ]
do :; done

# who is not known to the servers is told so, and who has another key for the realm is not believed
cake realm keygen other.key >/dev/null
cake realm keygen --nkey other.nk >/dev/null
member stranger --realm-key=shop.key --nats-nkey=other.nk
awaits 'Authorization Violation' stranger.log
member impostor --realm-key=other.key --nats-nkey=north.nk
awaits 'joined realm' impostor.log
publisher svc-5 "$at"
kill "$pid"
publisher svc-6 "$north"
next "available svc-6 $pid"

# told to go, a member takes its names with it
kill -TERM "$north_member"
wait "$north_member" || fail 'it did not end well'
while
    read -r line <&5
    [ "$line" != 'dropped svc-6' ]
do :; done

refuses 2 'layer-cake: --nats needs --realm' lan --nats=a
refuses 2 'layer-cake: --realm needs --nats: where a NATS server is' lan --realm=shop
refuses 2 'layer-cake: --nats: "http://a" is no NATS server, such as nats://a.example:4222' lan --realm=shop --nats=http://a
refuses 5 'layer-cake: "shop.key" is there already' realm keygen --nkey shop.key
gives 5 cake realm keygen shop.key
