#!/bin/sh
# Another program is an object, too: its settings come by its environment, its value by its stdout.
set -eu
. "$(dirname "$0")/lib.sh"
family=${FAMILY:?the program}

gives 0 "$family" --scenario=program --program="$family"
expect '"settings came"' "$out"

# what cannot be started, and what ends otherwise
gives 71 "$family" --scenario=bare-program --program=nothing
expect 'family: cannot start process (executable "nothing" not found on PATH)' "$err"
gives 71 "$family" --scenario=bare-program --program="$work"
expect "family: cannot start process (executable \"$work\" is not a file)" "$err"
gives 0 "$family" --scenario=bare-program --program=true
expect '' "$out"
gives 71 "$family" --scenario=bare-program --program=false
expect_match 'family: process ended (false (role family.false-0, pid *) exited with status 1)' "$err"
gives 71 "$family" --scenario=bare-program --program=echo
expect_match 'family: process ended (echo (role family.echo-0, pid *) exited with status 0; its output is no value: *' "$err"

# a Stop is a SIGINT to what knows no better, with all that it runs; then a SIGKILL
cat >sleeper <<'SH'
#!/bin/sh
sleep infinity
SH
cat >stubborn <<'SH'
#!/bin/sh
trap '' INT
sleep infinity
SH
chmod +x sleeper stubborn
gives 71 "$family" --scenario=stop-program --program=./sleeper
expect 'family: aborted (user or software interrupt)' "$err"
gives 71 "$family" --scenario=stop-program --program=./stubborn --patience=300ms
expect_match 'family: timed out (./stubborn (role family.stubborn-0, pid *) was killed: *' "$err"
expect '' "$(survivors)" 'processes left'

# what a parent is told is in nobody's command line
cat >show <<'SH'
#!/bin/sh
tr '\0' ' ' </proc/$$/cmdline >cmdline
printf '%s' "$LAYER_CAKE_SETTINGS" >settings
SH
chmod +x show
gives 0 "$family" --scenario=program --program=./show
expect_match '*"scenario":"settings"*' "$(cat settings)"
case $(cat cmdline) in *settings*) fail 'settings in a command line' ;; esac

# in a home the copy that is collected is run instead, also of a program that a process starts itself
mkdir tool
cp show tool/worker
cake create
cake add ./tool/worker worker --type=oneshot
cake add "$family" parent --scenario=program --program="$work/tool/worker"
cake script -mc
[ -f "$home/script/worker" ] || fail 'it is not collected'
echo 'echo collected >which' >>"$home/script/worker"
cake start parent --wait=completed
expect collected "$(cat which)"
