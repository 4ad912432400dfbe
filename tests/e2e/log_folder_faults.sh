#!/bin/sh
# A role's log folder that is removed, closed, or replaced degrades that log alone, tells so, and follows no link.
set -eu
. "$(dirname "$0")/lib.sh"

mkfifo gate
mkdir precious
cat >layer-cake.yaml <<'YAML'
roles:
  talker: {command: 'while read -r line; do echo $$line; done <gate; exec sleep infinity'}
  other: {command: 'echo here; exec sleep infinity'}
YAML
gives 0 cake up --detach --wait
exec 7>gate
logs=$home/role/talker/logs
# paused true|false - waits until the status tells so
paused() {
    tries=0
    until [ "$(field talker "p['log']['paused']")" = "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || fail "paused never became $1"
    done
}
shown() { cake log talker --back=1h --stdout --no-prefix; }
# await_line TEXT - follows the log until the line is there
await_line() {
    "$python" - "$LAYER_CAKE" "$home" "$1" <<'PY' || fail "no line $1"
import subprocess, sys
follow = subprocess.Popen([sys.argv[1], "log", "-f", "talker", "--back=1h", "--no-prefix", "-hp=" + sys.argv[2]], stdout=subprocess.PIPE, text=True)
found = any(line.strip() == sys.argv[3] for line in follow.stdout)
follow.kill()
sys.exit(not found)
PY
}
# A line makes the writer look; a folder that was taken away while its file is open is noticed by the next one.
say() { echo "$1" >&7; }

say one
await_line one
rm -r "$logs"
say two
await_line two

for fault in link fifo file; do
    rm -rf "$logs"
    case $fault in
    link) ln -s "$work/precious" "$logs" ;;
    fifo) mkfifo "$logs" ;;
    file) echo mine >"$logs" ;;
    esac
    say "$fault"
    paused true
    expect running "$(state_of talker)"
    expect running "$(state_of other)"
    expect '' "$(ls precious)" 'what was written behind the link'
    rm "$logs"
    paused false
    expect "$fault" "$(shown)"
done
if [ "$(id -u)" -ne 0 ]; then
    rm -rf "$logs"
    mkdir -m 000 "$logs"
    say closed
    paused true
    chmod 700 "$logs"
    paused false
    expect closed "$(shown)"
fi
expect here "$(cake log other --stdout --no-prefix)"
exec 7>&-
gives 0 cake down
