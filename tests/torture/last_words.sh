#!/bin/sh
# Whatever a role wrote before it ended - by itself, by a signal, by SIGKILL - is in its log, each of 1000 times.
set -eu
. "$(dirname "$0")/lib.sh"

lives=${LIVES:-1000}
cat >layer-cake.yaml <<YAML
roles:
  talker:
    command: 'n=\$\$((\$\$(cat count) + 1)); echo \$\$n >count; [ \$\$n -le $lives ] || exec sleep infinity;
              echo out \$\$n; echo err \$\$n >&2; printf "last words of %s" \$\$n;
              case \$\$((n % 3)) in 0) exit 1 ;; 1) kill -KILL \$\$\$\$ ;; 2) kill -TERM \$\$\$\$ ;; esac'
    restart: {policy: always, regular_steps: 0s}
    log: {max_total: 400M}
YAML
echo 0 >count
gives 0 cake up --detach
await "r['talker'].restarts.total >= $lives" 300
# (Raw: a life that begins at once may go on with the line that the one before left unfinished.)
cake log talker --back=1h --stdout --raw | tr -d '\n' >out
cake log talker --back=1h --stderr --no-prefix >err
gives 0 cake down
n=1
while [ $n -le "$lives" ]; do
    printf 'out %slast words of %s' $n $n
    n=$((n + 1))
done | cmp - out || fail 'words on stdout are missing'
seq -f 'err %.0f' 1 "$lives" | cmp - err || fail 'words on stderr are missing'
