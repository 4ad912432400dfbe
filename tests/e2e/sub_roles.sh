#!/bin/sh
# The processes that a role runs for its objects are sub-roles of it, and end with it whatever it ends by.
set -eu
. "$(dirname "$0")/lib.sh"
family=${FAMILY:?the program}

gives 0 cake create
gives 0 cake add "$family" fam --scenario=wait-grandchild
gives 0 cake start
timeout 20 sh -c 'until "$1" log fam 2>/dev/null | grep -q "up (pid="; do :; done' - "$LAYER_CAKE" || fail 'it does not come up'

expect 'fam' "$(cake list)"
expect 'fam
fam.parent-0
fam.parent-0.worker-0' "$(cake list --sub-roles)"
expect 'fam' "$(cake status -o name)"
expect 'fam
fam.parent-0
fam.parent-0.worker-0' "$(cake status -sr -o name)"
expect_match 'fam * <[0-9]*> *s
fam.parent-0 * <[0-9]*> *s
fam.parent-0.worker-0 * <[0-9]*> *s' "$(cake status -sr -ll)"
expect '["running", true]' "$(cake status -sr -o json | json "[[p['state'], p['started_at'] is not None] for p in d['processes'] if p['name'] == 'fam.parent-0'][0]")"
[ -d "$home/role/fam.parent-0/model" ] || fail 'a sub-role has no folder to keep things in'

# the role's process dies: the others go with it
group=$(supervisor_pid)
first=$(pid_of fam)
children=$(cake status -sr -o json | json "' '.join(str(p['pid']) for p in d['processes'] if '.' in p['name'])")
kill -KILL "$first"
# shellcheck disable=SC2086 # several pids
gone $children
gone "$group"
expect '' "$(survivors)" 'processes left'
