#!/bin/sh
# Under a running group removed sockets come back, a removed lock lets no second group in, and a removed home ends it.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  counted: {command: 'echo up; echo $$$$ >>lives; exec sleep infinity'}
YAML
# until COMMAND... - again and again, while it takes less than a thousand tries.
until_true() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 1000 ] || fail "never: $*"
        "$python" -c 'import select; select.select([], [], [], 0.02)'
    done
}
answers() { cake status -o name >/dev/null 2>&1; }
gives 0 cake up --detach --wait
group=$(supervisor_pid)

rm "$home/control.sock" "$home/directory.sock"
until_true answers
until_true test -S "$home/directory.sock"
gives 0 cake network --open-scope=group
expect_match '\[GROUP\] group-cake*' "$out"
expect "$group" "$(supervisor_pid)"
expect 600 "$(stat -c %a "$home/control.sock")" 'mode of the new socket'

rm -r "$home/lock"
gives 5 cake start
expect_match 'layer-cake: cannot start *already running' "$err"
gives 5 cake destroy
gives 0 cake status -o name
rm "$home/control.sock" "$home/lock/group"
until_true answers
gives 5 cake start
expect 1 "$(wc -l <lives | tr -d ' ')" 'lives of the role'
gives 0 cake stop
expect '' "$(survivors)" 'what is left'

# A follower ends with the group whose home is removed, also when a new home takes its place at once.
gives 0 cake start --wait
old=$(pid_of counted)
"$LAYER_CAKE" log -f counted --back=1h >followed &
follower=$!
until_true test -s followed
rm -r "$home" || rm -r "$home" # (where that takes a second, the socket is made again amid it)
gives 0 cake up --detach --wait
wait $follower || fail 'the follower failed'
gone "$old"
expect running "$(state_of counted)"
expect 3 "$(wc -l <lives | tr -d ' ')" 'lives of the role'
gives 0 cake down
expect '' "$(survivors)" 'what is left'
