#!/bin/sh
# log begins and ends where it is told to: by lines, time, span and start; and shows stdout and stderr apart.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  talker: {command: 'for n in 1 2 3 4 5; do echo line $$n of $$(cat life); done; echo oops >&2'}
  other: {command: [sleep, infinity]}
YAML

echo one >life
gives 0 cake up --detach
gives 0 cake wait talker --for=completed
echo two >life
gives 0 cake start talker
gives 0 cake wait talker --for=completed

lines() { cake log talker --no-prefix "$@"; }
expect 'line 5 of two
oops' "$(lines --tail=2)"
expect 12 "$(lines --back=1h | wc -l | tr -d ' ')"
expect 'line 1 of one
line 2 of one' "$(lines --back=1h --count=2)"
expect 'line 1 of one
line 2 of one
line 3 of one
line 4 of one
line 5 of one' "$(lines --start=0 --stdout)"
expect oops "$(lines --start=-1 --stderr)"
expect 'line 3 of one
line 3 of two' "$(lines --last=DAY --grep='^line 3')"
expect 'line 3 of two' "$(lines --tail=1 --grep='^line 3')"
expect 'oops
oops' "$(lines --tail=3 --stderr)"
second=$(cake history talker -o json | json "d['lives'][1]['started_at']")
expect 6 "$(lines --from="$second" | wc -l | tr -d ' ')"
expect 6 "$(lines --back=1h --to="$second" | wc -l | tr -d ' ')"
expect 12 "$(lines --back=1h --span=2h | wc -l | tr -d ' ')"
expect '' "$(lines --from=2001-01-01 --span=1h)"

gives 0 cake log talker --tail=1
expect_match '20??-??-??T??:??:??.??? ! oops' "$out"
gives 0 cake log talker --tail=1 -o json
expect 'stderr oops' "$(echo "$out" | json "d['stream'] + ' ' + d['text']")"

gives 4 cake log nobody
gives 2 cake log talker --tail=1 --back=1h
gives 2 cake log talker --tail=0x
gives 0 cake down
expect 'oops' "$(lines --tail=1)"
expect 12 "$(cake log --back=1h | grep -c talker)" 'lines of all roles'
