#!/bin/sh
# Ordinary programs take part: a port is published while its role is ready, and its address is waited for and handed on.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<END
roles:
  db:
    command: [sleep, infinity]
    ports: {http: {publish: shop.db}}
    ready: {exec: [test, -e, $work/go]}
  web:
    command: [sh, -c, 'echo "\$\$DB|\$\$DB_HOST|\$\$DB_PORT" >$work/told; exec sleep infinity']
    addresses: {DB: shop.db}
  later:
    command: [sleep, infinity]
    depends_on: {db: {condition: published}}
END
gives 0 cake up --no-start
gives 0 cake start db --wait=started
cake start web later --wait=started &
await 'r["db"].state == "starting" and r["web"].state == "waiting" and r["later"].state == "waiting"'
gives 0 cake status web
expect_match '*waiting for name "shop.db"*' "$out"
gives 0 cake explain web
expect_match '*it needs the name "shop.db", which nobody publishes*' "$out"
gives 0 cake status later
expect_match '*waiting for "db" to be published*' "$out"

: >go
await 'r["web"].state == "running" and r["later"].state == "running"' 20
await 'r["db"].ready'
number=$(cake network --open-scope=group -lp | sed -n 's/.*# "shop.db" (.*) 127.0.0.1:\(.*\)/\1/p')
expect "127.0.0.1:$number|127.0.0.1|$number" "$(cat told)"

# what is not ready is not published, and who starts then waits
rm go
cake restart db &
await 'r["db"].state == "starting"'
cake restart web &
await 'r["web"].state == "waiting"'
: >go
await 'r["web"].state == "running"' 20
gives 0 cake down
