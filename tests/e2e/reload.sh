#!/bin/sh
# `up` on a running group changes what changed and nothing else; --dry-run says it first.
set -eu
. "$(dirname "$0")/lib.sh"
printf 'roles:\n  same: {command: [tail, -f, /dev/null]}\n  other: {command: [tail, -f, /dev/null]}\n  old: {command: [tail, -f, /dev/null]}\n' > layer-cake.yaml
cake up --detach --wait --timeout=20s
same=$(pid_of same) other=$(pid_of other) old=$(pid_of old)
printf 'roles:\n  same: {command: [tail, -f, /dev/null]}\n  other: {command: [tail, -f, /dev/null, /dev/zero]}\n  new: {command: [tail, -f, /dev/null]}\n' > layer-cake.yaml
plan=$(cake up --dry-run 2>&1)
expect_in new "$plan"
expect_in old "$plan"
expect "$old" "$(pid_of old)"
cake up --detach --wait --timeout=20s
expect "$same" "$(pid_of same)"
[ "$other" != "$(pid_of other)" ] || fail "the changed role was not restarted"
gone "$old" || fail "the removed role lives"
[ -n "$(pid_of new)" ] || fail "the new role does not run"
