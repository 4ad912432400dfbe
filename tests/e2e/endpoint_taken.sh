#!/bin/sh
# The endpoint's port is in use: one clear line and exit 1, nothing is left; a change to such a port changes nothing.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

# shellcheck disable=SC2046 # words
set -- $(free_ports 2)
taken=$1 free=$2
cat >holder.yaml <<YAML
roles: {holder: {command: [$programs/listener, "$taken"], ready: {tcp_socket: "$taken"}}}
YAML
gives 0 cake -hp=holder up holder.yaml --detach --wait --timeout=60s
file() {
    cat >layer-cake.yaml <<YAML
http: {listen: "$1", routes: [{path: /lines, pool: lines}]}
pools: {lines: {role: lines}}
roles: {lines: {command: [$programs/lines], protocol: json_lines}}
YAML
}
file "$taken"
gives 1 cake up --detach
expect "layer-cake: cannot start \"$home\": http: cannot listen at 127.0.0.1:$taken: address already in use" "$(echo "$err" | grep -v '^[+~]')"
file "$free"
gives 0 cake up --detach --wait --timeout=60s
expect 200 "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 60 "http://127.0.0.1:$free/lines")"
file "$taken"
gives 1 cake up --detach
expect_match "*
layer-cake: *http: cannot listen at 127.0.0.1:$taken: address already in use" "$err"
expect 200 "$(curl -sS -o /dev/null -w '%{http_code}' --max-time 60 "http://127.0.0.1:$free/lines")"
gives 0 cake down
gives 0 cake -hp=holder down
