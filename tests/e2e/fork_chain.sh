#!/bin/sh
# Processes that fork and end faster than anybody can look at them are gone when stop returns, too.
set -eu
. "$(dirname "$0")/lib.sh"
: "${FORK_CHAIN:?the program that forks}"

cat >layer-cake.yaml <<YAML
roles:
  chains: {command: [$FORK_CHAIN, "4", "500"], ready: {log_line: forking}, shutdown: {timeout: 5s}}
  other: {command: [sleep, infinity]}
YAML

gives 0 cake up --detach --wait --timeout=20s
gives 0 cake status
gives 0 cake stop chains --timeout=20s
expect stopped "$(state_of chains)"
expect running "$(state_of other)"
gives 0 cake start chains --wait --timeout=20s
gives 0 cake stop --kill --timeout=20s
expect '' "$(survivors)" 'what is left'

# the guardian alone has to end them when its supervisor is killed
gives 0 cake start --wait --timeout=20s
supervisor=$(supervisor_pid)
guardian=$(cut -d ' ' -f 4 "/proc/$supervisor/stat")
kill -KILL "$supervisor"
gone "$guardian"
expect '' "$(survivors)" 'what is left'
