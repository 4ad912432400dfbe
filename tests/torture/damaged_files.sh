#!/bin/sh
# Whatever becomes of one file of a home, no command hangs or ends by a signal, and the other role can be listed and read.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  web: {command: 'seq 1 50; echo oops >&2; exit 3'}
  other: {command: 'echo fine'}
YAML
gives 0 cake up --detach --wait=started
gives 0 cake wait other --for=completed --timeout=30s
gives 0 cake down
"$python" "$torture/damage.py" "$LAYER_CAKE" "$home" "${STEP:-7}"
