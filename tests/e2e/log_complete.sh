#!/bin/sh
# What a role has written before its end is known, or before it was answered, is in what log prints then.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  job: {command: 'cat number', type: oneshot}
  web: {command: [sleep, infinity]}
YAML
echo 0 >number
gives 0 cake up --detach
gives 0 cake wait job --for=completed
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "$number" >number
    gives 0 cake start job
    gives 0 cake wait job --for=completed
    gives 0 cake log job --tail=1 --no-prefix
    expect "$number" "$out"
done
socket=$home/control.sock
expect '{}' "$(curl -sS --unix-socket "$socket" -d '{"roles": ["job"]}' http://home/flush)"
expect_match '*"no role \\"none\\""*' "$(curl -sS --unix-socket "$socket" -d '{"roles": ["none"]}' http://home/flush)"
gives 0 cake down
