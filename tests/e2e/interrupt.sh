#!/bin/sh
# Ctrl-C in a foreground run stops the roles gracefully; a second one kills them.
set -eu
. "$(dirname "$0")/lib.sh"

cat >polite <<'SH'
#!/bin/sh
trap 'echo bye; exit 0' TERM
echo up
sleep infinity &
wait
SH
chmod +x polite
cat >layer-cake.yaml <<'YAML'
roles:
  polite: {command: [./polite]}
YAML
gives 0 cake up --no-start

run() { "$python" "$e2e/interrupted.py" "$@"; }
run polite-only.out 1 "$LAYER_CAKE" run
expect_match '*polite*up*polite*bye*' "$(cat polite-only.out)"
expect '' "$(survivors)" 'what is left after one'
gives 0 cake history polite
expect_match '*(exit 0)' "$out"

cat >layer-cake.yaml <<YAML
roles:
  polite: {command: [./polite]}
  stubborn: {command: [$programs/stubborn], shutdown: {timeout: 1h}}
YAML
run both.out 2 "$LAYER_CAKE" up
expect '' "$(survivors)" 'what is left after two'
gives 0 cake history stubborn
expect_match '*SIGKILL*' "$out"
