#!/bin/sh
# A group described in layer-cake.yaml comes up, answers questions and goes down with one command each.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
name: demo
roles:
  greeter:
    command: echo hello from ${WHO:-nobody}; exec sleep infinity
    ready: {log_line: hello}
  idler:
    command: [sleep, infinity]
    depends_on: [greeter]
YAML

export WHO='the file'
gives 0 cake up --detach --wait --timeout=20s
gives 0 cake status -o name
expect 'greeter
idler' "$out"
expect running "$(state_of greeter)"
expect running "$(state_of idler)"
gives 0 cake log greeter --no-prefix
expect 'hello from the file' "$out"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
gives 3 cake status
