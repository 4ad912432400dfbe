#!/bin/sh
# A file of another process manager becomes a group file that runs; what is not carried is said with its line.
set -eu
. "$(dirname "$0")/lib.sh"

# A Procfile: printed, checked, run.
mkdir procfile && cd procfile
printf 'GREETING=hello\n' >.env
printf 'job: echo "$GREETING on $PORT" >said\n' >Procfile
cake import procfile >layer-cake.yaml 2>notes
gives 0 cake check
gives 0 cake up
expect 'hello on 5000' "$(cat said)"
expect 'Procfile: ".env" is read as foreman reads it' "$(cat notes)"
cd ..

# supervisord: included files are read, and named.
mkdir -p supervisord/conf.d && cd supervisord
printf '[supervisord]\nlogfile=/x\n[include]\nfiles = %%(here)s/conf.d/*.conf %%(ENV_MORE)s\n' >supervisord.conf
printf '[program:one]\ncommand=sh -c "echo %%(program_name)s >one"\nautorestart=false\n' >conf.d/one.conf
printf '[program:two]\ncommand=%%(here)s/two.sh "a b"\nautorestart=false\npriority=7\n' >conf.d/two.conf
printf '#!/bin/sh\necho "$1" >two\n' >two.sh
chmod +x two.sh
gives 0 env MORE=more.d/* "$LAYER_CAKE" import supervisord --to=layer-cake.yaml
expect_match 'layer-cake: no file is like "%(ENV_MORE)s" of \[include\]*' "$err"
expect 'supervisord.conf:2:1: "logfile" is not carried: each role has a log of its own in the home: see layer-cake-log(1)' \
    "$(echo "$err" | sed -n 2p)"
expect_match '*/supervisord/conf.d/two.conf:4:1: "priority" is the order of the roles here*' "$err"
gives 0 cake up
expect one "$(cat one)"
expect 'a b' "$(cat two)"
gives 1 env MORE=none "$LAYER_CAKE" import supervisord --to=layer-cake.yaml
expect_match '*cannot import to "layer-cake.yaml": it is there already' "$err"
cd ..

# compose and process-compose; to another folder the paths go along.
mkdir compose && cd compose
cat >compose.yaml <<'YAML'
services:
  done:
    image: busybox
    command: sh -c 'pwd >done'
YAML
mkdir ../elsewhere
gives 0 cake import compose --to=../elsewhere/layer-cake.yaml
cd ../elsewhere
gives 0 cake up
expect "$work/compose" "$(cat ../compose/done)"
cd ..
printf 'processes:\n  a: {command: "echo {{.N}} >a", vars: {N: 5}}\n' >process-compose.yaml
gives 0 cake import process-compose -o json
expect '5' "$(printf '%s' "$out" | json 'd["group"]["roles"]["a"]["command"].split()[1]')"

# What cannot be is refused with its place, and nothing is printed.
printf 'processes:\n  a: {command: x, depends_on: {b: {}}}\n' >process-compose.yaml
gives 2 cake import process-compose
expect 'process-compose.yaml:2:32: role "a" depends on "b", which is not defined' "$err"
expect '' "$out"
refuses 4 'layer-cake: cannot import: cannot open "nosuch": no such file or directory' import compose nosuch
