#!/bin/sh
# A role that ignores its signal is killed when its shutdown timeout has passed, not before and not much later.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  stubborn: {command: [$programs/stubborn], ready: {log_line: stubborn}, shutdown: {timeout: 1s}}
YAML

gives 0 cake up --detach --wait
took=$(seconds "$LAYER_CAKE" stop)
within 1 "$took" 4
gives 0 cake history stubborn
expect_match '*SIGKILL*' "$out"
expect '' "$(survivors)" 'what is left'

gives 0 cake start --wait
took=$(seconds "$LAYER_CAKE" stop --kill)
within 0 "$took" 1
