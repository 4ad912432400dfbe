#!/bin/sh
# up on a running group touches only the roles that changed, and says what it does.
set -eu
. "$(dirname "$0")/lib.sh"

write() {
    cat >layer-cake.yaml <<YAML
roles:
  same: {command: [sleep, infinity]}
  rules: {command: [sleep, infinity], shutdown: {timeout: $1}}
  changed: {command: [sleep, infinity], environment: {LEVEL: $2}}
  $3: {command: [sleep, infinity]}
YAML
}

write 10s one old
gives 0 cake up --detach --wait
same=$(pid_of same) rules=$(pid_of rules) changed=$(pid_of changed) old=$(pid_of old)

write 5s two new
gives 0 cake up --dry-run
expect_match '*~ changed *restart (environment changed)*' "$out"
expect_match '*~ rules *update (shutdown changed)*' "$out"
expect_match '*+ new *add*' "$out"
expect_match '*- old *remove*' "$out"
expect "$old" "$(pid_of old)" 'a dry run has changed something: pid of old'

gives 0 cake up --detach --wait
expect_match '*ready changed*' "$err"
expect "$same" "$(pid_of same)" 'pid of same'
expect "$rules" "$(pid_of rules)" 'pid of rules'
[ "$changed" != "$(pid_of changed)" ] || fail 'changed was not restarted'
gone "$old"
expect 'same
rules
changed
new' "$(cake status -o name)"

gives 0 cake up --detach --wait
expect_match '*nothing to change*' "$err"
expect "$same" "$(pid_of same)" 'pid of same'
gives 0 cake down
