#!/bin/sh
# What is stored for a running group is applied by start, restart and up to the roles they name, and each says what it does.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
gives 0 cake add sleep web -- infinity
gives 0 cake start
web=$(pid_of web)

# a role that is added is not known to the group until it is started
gives 0 cake add sleep late -- infinity
expect 'layer-cake: the group is running: "layer-cake start late" applies the change' "$err"
expect web "$(cake status -o name)"
gives 1 cake wait late --timeout=20s
expect '"late" will not be ready: the running group does not know it ("layer-cake start late" adds it)' "${err#layer-cake: }"
gives 0 cake wait late --for=stopped --timeout=20s
gives 0 cake start late
expect running "$(state_of late)"
expect "$web" "$(pid_of web)" 'pid of web'
gives 5 cake start

# restart of one role applies what is stored for that one only
gives 0 cake update web --environment='{LEVEL: new}'
expect 'layer-cake: the group is running: "layer-cake restart web" applies the change' "$err"
gives 0 cake update late --environment='{LEVEL: new}'
gives 0 cake up --dry-run
expect_match '*~ web *restart (environment changed)*~ late *restart (environment changed)*' "$out"
late=$(pid_of late)
gives 0 cake restart web
[ "$web" != "$(pid_of web)" ] || fail 'web was not restarted'
tr '\0' '\n' <"/proc/$(pid_of web)/environ" | grep -q '^LEVEL=new$' || fail 'web runs as it did before'
expect "$late" "$(pid_of late)" 'pid of late'
gives 0 cake up --dry-run -o json
expect '["late"]' "$(echo "$out" | json "d['changed']")"
expect '["environment"]' "$(echo "$out" | json "d['keys']['late']")"

# restart of all applies the rest, what is new and what is gone too
gives 0 cake add sleep more -- infinity
gives 0 cake restart
expect 'web
late
more' "$(cake status -o name)"
tr '\0' '\n' <"/proc/$(pid_of late)/environ" | grep -q '^LEVEL=new$' || fail 'late runs as it did before'
gives 0 cake up --dry-run
expect 'nothing to change' "$err"

# up without a file says what it does, and a stopped role is part of it
gives 0 cake stop late
gives 0 cake update web --environment=
gives 0 cake up --detach
expect_match '*+ late *start*~ web *restart (environment changed)*' "$err"
expect running "$(state_of late)"

# what is deleted is gone from the group as well
gives 0 cake stop more
gives 0 cake delete more
expect '' "$err"
expect 'web
late' "$(cake status -o name)"

# a file is compared with what runs, whatever has been stored meanwhile
cat >layer-cake.yaml <<'YAML'
roles:
  web: {command: [sleep, infinity], environment: {LEVEL: file}}
  fresh: {command: [sleep, infinity]}
YAML
gives 0 cake up --no-start
gives 0 cake up --dry-run
expect_match '*+ fresh *add*~ web *restart*- late *remove*' "$out"
gives 0 cake up --detach
expect_match '*+ fresh *add*~ web *restart*- late *remove*' "$err"
expect 'web
fresh' "$(cake status -o name)"
gives 0 cake down

# start of a role that waits on a stopped one starts that one
cat >layer-cake.yaml <<'YAML'
roles:
  base: {command: "read -r _ <gate; echo >&3; exec sleep infinity", ready: {fd: 3}}
  above: {command: [sleep, infinity], depends_on: [base]}
YAML
mkfifo gate
gives 6 cake up --detach --timeout=300ms
gives 0 cake stop base
expect waiting "$(state_of above)"
echo go >gate &
gives 0 cake start above
expect running "$(state_of above)"
gives 5 cake start above
gives 0 cake down
