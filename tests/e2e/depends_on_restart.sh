#!/bin/sh
# A role that depends on another with `restart` is restarted each time the other is started again, and waits for it; one without is not.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  db: {command: [sleep, infinity], ready: {exec: [test, -e, gate]}, restart: always}
  api: {command: 'test -e gate && exec sleep infinity', depends_on: {db: {condition: ready, restart: true}}}
  web: {command: [sleep, infinity], depends_on: {api: {restart: true}}}
  other: {command: [sleep, infinity], depends_on: [db]}
YAML
touch gate
gives 0 cake up --detach --wait
pids() { cake status -o json | json '" ".join(str(p["pid"]) for p in d["processes"] if p["name"] in ("api", "web"))'; }
before=$(pids)
other=$(pid_of other)

# killed: it comes back by its rules, and those that follow it once it is ready
rm gate
kill -9 "$(pid_of db)"
await 'r["db"].state == "starting" and r["api"].state == "waiting"'
expect_match '*db* to be ready*' "$(field api "p['waiting_for']")"
touch gate
await 'r["db"].ready and r["api"].ready and r["web"].ready'
await 'r["web"].state == "running" and r["api"].state == "running"'
after=$(pids)
for pid in $before; do
    case " $after " in *" $pid "*) fail "$pid was not restarted: $before, then $after" ;; esac
done
expect "$other" "$(pid_of other)" 'the one that does not follow'

# restarted by hand, with all that is waited for; the others' own restarts are nobody else's
web=$(pid_of web)
gives 0 cake restart db
await "r['web'].pid not in [None, $web]"
gives 0 cake wait api web
db=$(pid_of db)
api=$(pid_of api)
gives 0 cake restart web
expect "$db $api" "$(pid_of db) $(pid_of api)" 'what web depends on'

# one that was stopped stays so
gives 0 cake stop api
gives 0 cake restart db
gives 0 cake wait db
expect stopped "$(state_of api)"
gives 0 cake down
