#!/bin/sh
# check finds everything that is wrong with a file in one go, each with its place and a suggestion, and exits with 2.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  web:
    comand: [./web]
    replicas: many
  db:
    command: [db]
    depends_on: [cache]
    shutdown: {timeout: 10 parsecs}
YAML
gives 2 cake check
expect '' "$out"
expect_match '*layer-cake.yaml:3:5: *"comand"*command*' "$err"
expect_match '*layer-cake.yaml:4:15: *replicas*' "$err"
expect_match '*layer-cake.yaml:7:18: *"cache"*' "$err"
expect_match '*layer-cake.yaml:8:25: *timeout*' "$err"
expect "$(echo "$err" | sort -t: -k2n -k3n)" "$err" 'the order of problems'

printf 'roles:\n  a: {command: [x]\n' >layer-cake.yaml
gives 2 cake check
expect_match 'layer-cake.yaml:*:*: *' "$err"
gives 2 cake up --detach
[ ! -e .layer-cake ] || fail 'a bad file has made a home'

ln -s loop loop
gives 2 cake check loop
expect_match 'loop: cannot open "loop": *' "$err"
gives 4 cake check nowhere.yaml
expect_match 'layer-cake: *nowhere.yaml*' "$err"

cat >layer-cake.yaml <<'YAML'
x-ours: &common {LEVEL: "${LEVEL:-info}"}
roles:
  web: {command: [./web], environment: {LEVEL: "${LEVEL:-info}"}}
YAML
LEVEL=debug gives 0 cake check --resolved
expect_match '*LEVEL: debug*' "$out"
# shellcheck disable=SC2016 # no variables: that is what it is about
LEVEL='$HOME is no ${variable}' gives 0 cake check --resolved
printf '%s\n' "$out" >again.yaml
resolved=$out
gives 0 cake check again.yaml --resolved
expect "$resolved" "$out" 'what was resolved, resolved again'

# A file without roles makes no home.
echo 'name: empty' >empty.yaml
gives 2 cake up empty.yaml --detach
refuses 2 'empty.yaml: it has no roles' check empty.yaml
[ ! -e .layer-cake ] || fail 'an empty file has made a home'
