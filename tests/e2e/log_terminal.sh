#!/bin/sh
# Control characters that a role writes stay raw in the file and never reach a terminal.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  painter: {command: 'printf "\033]0;owned\007 \033[2J \302\233 \r over \377\n"'}
YAML

gives 0 cake up --detach --wait=completed
cake log painter --raw >raw
printf '\033]0;owned\007 \033[2J \302\233 \r over \377\n' >wanted
cmp raw wanted || fail 'raw bytes differ'

command -v script >/dev/null || skip 'no script(1) to make a terminal'
script -qec "$LAYER_CAKE log painter" /dev/null </dev/null >shown
"$python" - <<'PY' || fail "the terminal was sent: $(od -c shown)"
text = open("shown", "rb").read().replace(b"\r\n", b"\n")
assert b"over" in text
assert not any(byte < 0x20 and byte not in b"\n\t" for byte in text), text
assert b"\xc2\x9b" not in text and b"\xff" not in text, text
PY
