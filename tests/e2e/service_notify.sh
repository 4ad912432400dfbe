#!/bin/sh
# A foreground group is a good Type=notify service: READY=1 when its roles are ready, STOPPING=1 before they end.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo gate
cat >layer-cake.yaml <<'YAML'
roles:
  slow: {command: 'read -r _ <gate; echo serving; exec sleep infinity', ready: {log_line: serving}}
  witness: {command: 'echo "$${NOTIFY_SOCKET:-none}"; exec sleep infinity'}
YAML
"$python" "$e2e/service.py" gate "$LAYER_CAKE" up >said || fail "$(cat said)"
expect_match '*READY=1*STOPPING=1*' "$(tr '\n' ' ' <said)"
expect none "$(cake log witness --no-prefix)" 'the NOTIFY_SOCKET of a role'
expect '' "$(survivors)" 'what is left'
