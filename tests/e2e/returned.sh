#!/bin/sh
# returned waits for a role's end and prints its exit status or signal; of earlier starts too.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo gate
cat >layer-cake.yaml <<'YAML'
roles:
  seven: {command: read -r code <gate; exit $$code}
  other: {command: [sleep, infinity]}
YAML

gives 0 cake up --detach
gives 6 cake returned seven --timeout=100ms
cake returned seven >answer &
waiting=$!
echo 7 >gate
wait "$waiting"
expect 7 "$(cat answer)"

gives 0 cake start seven
echo 0 >gate
gives 0 cake wait seven --for=completed --timeout=20s
expect 0 "$(cake returned seven)"
expect 7 "$(cake returned seven --start=0)"
expect 7 "$(cake returned seven --start=-2)"
gives 2 cake returned seven --start=9

gives 0 cake start seven
kill -USR1 "$(pid_of seven)"
expect '"SIGUSR1"' "$(cake returned seven --timeout=20s)"
gives 0 cake down
expect '"SIGTERM"' "$(cake returned other)"

gives 0 cake add true later
expect '{"seven":"SIGUSR1","other":"SIGTERM","later":null}' "$(cake returned)"
refuses 1 'layer-cake: cannot tell the returned value of "later": it was never started' returned later
