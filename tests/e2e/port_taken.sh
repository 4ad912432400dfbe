#!/bin/sh
# A port that is already taken is the role's failure, with its own words at hand, and nobody else's.
set -eu
. "$(dirname "$0")/lib.sh"

port=$(free_ports)
cat >layer-cake.yaml <<YAML
roles:
  first: {command: [$programs/listener, "$port"], ready: {tcp_socket: "$port"}}
  second: {command: [$programs/listener, "$port"], depends_on: {first: ready}, ready: {tcp_socket: "$port", timeout: 20s}}
YAML
gives 0 cake up --detach --wait=started
gives 1 cake wait second --for=completed --timeout=20s
expect_match 'layer-cake: "second" will not be completed: *exit 1*' "$err"
expect running "$(state_of first)"
expect failed "$(state_of second)"
gives 0 cake explain second
expect_match '*Address already in use*' "$out"
gives 0 cake down
