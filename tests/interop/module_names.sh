#!/bin/sh
# The directory of a Python module is below the group's: other roles find what it publishes, until it ends.
set -eu
. "$(dirname "$0")/lib.sh"

cp "$programs/named.py" .
cat >layer-cake.yaml <<'YAML'
directory: {scope: group}
roles:
  named: {executable: named.py}
  client:
    command: 'echo "found $$NAMED_ADDRESS"; exec sleep infinity'
    addresses: {NAMED_ADDRESS: {name: py.named, scope: group}}
YAML
gives 0 cake up --detach
listening() { cake log named --start=-1 --tags=^ | sed -n 's/.*listening at /found 127.0.0.1:/p'; }
gives 0 cake wait client --for=started --timeout=30s
expect "$(listening)" "$(cake log client --no-prefix)"

# another life, another port: the name is the new one's
gives 0 cake stop client
gives 0 cake stop named
expect '"PROCESS"' "$(cake returned named)"
gives 0 cake start client named
gives 0 cake wait client --for=started --timeout=30s
expect "$(listening)" "$(cake log client --start=-1 --no-prefix)"
gives 0 cake down
