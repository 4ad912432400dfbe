#!/bin/sh
# A publisher and a subscriber find each other by name whoever starts first, and survive a killed publisher and a killed node.
set -eu
. "$(dirname "$0")/lib.sh"
names=${NAMES:?the program}

# begin NAME ARGUMENT... - starts one of the network; its lines are read from the pipe NAME. $pid is its process.
begin() {
    pipe=$1
    shift
    rm -f "$pipe"
    mkfifo "$pipe"
    "$names" "$@" >"$pipe" 2>>log &
    pid=$!
}
# hears LINE GOT
hears() { expect_match "$1" "$2"; }

node() { # [PORT] - $port is where it listens
    begin node --node="${1:-0}" $encrypted
    node=$pid
    exec 3<node
    read -r line <&3
    hears 'listening *' "$line"
    port=${line#listening }
    directory="--connect-to-directory={\"host\":\"127.0.0.1\",\"port\":$port}"
}
publisher() { # $publisher
    begin publisher --publish=svc "$directory" $encrypted $process
    publisher=$pid
    exec 4<publisher
    read -r line <&4
    hears published "$line"
}
subscriber() {
    begin subscriber --subscribe='sv.' "$directory" $process
    subscriber=$pid
    exec 5<subscriber
    read -r line <&5
    hears subscribed "$line"
}
next() { # LINE
    read -r line <&5
    hears "$1" "$line"
}

for encrypted in '' --encrypted=true; do
    process=${encrypted:+--encrypted-process=true}
    node
    publisher
    subscriber
    next "available svc $publisher"
    kill -9 "$publisher"
    next 'dropped svc'
    publisher # the other order
    next "available svc $publisher"

    # a node that is killed takes nothing with it; when it is back the names are
    kill -9 "$node"
    wait "$node" 2>/dev/null || :
    node "$port"
    kill -9 "$publisher"
    next 'dropped svc'
    publisher
    next "available svc $publisher"

    kill -INT "$publisher"
    next 'dropped svc'
    kill -INT "$subscriber" "$node"
    wait
done
expect '' "$(survivors)" 'processes left'
