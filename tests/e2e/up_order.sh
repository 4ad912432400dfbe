#!/bin/sh
# Roles start after what they depend on and stop before it.
set -eu
. "$(dirname "$0")/lib.sh"

cat >program <<'SH'
#!/bin/sh
echo "start $1" >>order
trap 'echo "stop $1" >>order; exit 0' TERM
echo up
sleep infinity &
wait
SH
chmod +x program
cat >layer-cake.yaml <<'YAML'
roles:
  web: {command: [./program, web], depends_on: {api: ready}}
  api: {command: [./program, api], ready: {log_line: up}, depends_on: {db: ready, seed: completed}}
  seed: {type: oneshot, command: echo start seed >>order, depends_on: {db: ready}}
  db: {command: [./program, db], ready: {log_line: up}}
YAML

gives 0 cake up --detach --wait --timeout=20s
# web writes its line a moment after it has started
cake log web --follow --grep=up | head -n 1 >/dev/null
expect 'start db
start seed
start api
start web' "$(cat order)"
gives 0 cake down
expect 'start db
start seed
start api
start web
stop web
stop api
stop db' "$(cat order)"
