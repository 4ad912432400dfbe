#!/bin/sh
# While a disk does not answer, a program under `drop` does not wait for it; what is lost is counted exactly and marked.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to mount a disk'
need mkfs.ext4 fsfreeze

lines=1000000
mkfifo gate
cat >layer-cake.yaml <<YAML
roles:
  dropping:
    command: 'read -r go <gate; $python $torture/lines.py $lines; touch sent; read -r go <gate; echo the end'
    log: {policy: drop, max_size: 64M, max_total: 200M}
  blocked:
    command: 'sleep infinity'
YAML
gives 0 cake up --no-start
logs=$home/role/dropping/logs
mkdir -p "$logs"
truncate -s 256M disk
mkfs.ext4 -q disk
mount -o loop disk "$logs" 2>/dev/null || skip 'cannot mount'
release() { umount -l "$logs"; }
# What waits for the disk ends only when it answers.
trap 'ended=$?; set +e; fsfreeze -u "$logs" 2>/dev/null; (exit $ended); leave' EXIT
gives 0 cake start --wait=started
exec 7>gate
fsfreeze -f "$logs"
echo go >&7
"$python" - "$work/sent" <<'PY' || fail 'the program waits for the disk'
import os, select, sys, time
end = time.monotonic() + 30
while not os.path.exists(sys.argv[1]):
    if time.monotonic() > end:
        sys.exit(1)
    select.select([], [], [], 0.05)
PY
[ "$(field dropping "p['log']['dropped_lines']")" -gt 0 ] || fail 'nothing was dropped'
expect running "$(state_of blocked)"
fsfreeze -u "$logs"
echo go >&7
gives 0 cake wait dropping --for=completed --timeout=60s
cake log dropping --back=1h -o json >kept
"$python" - "$lines" "$(field dropping "p['log']['dropped_lines']")" <<'PY' || fail 'the count is wrong'
import json, re, sys
sent, dropped = map(int, sys.argv[1:])
entries = [json.loads(line) for line in open("kept")]
whole = [entry["text"] for entry in entries if entry["stream"] == "stdout"]
told = sum(int(match[1]) for entry in entries if (match := re.match(r"(\d+) lines \(\d+ bytes\) of stdout were dropped", entry["text"])))
assert whole[-1] == "the end", whole[-1]
assert told == dropped, (told, dropped)
assert len(whole) + dropped == sent + 1, (len(whole), dropped)
assert all(len(text) == 99 for text in whole[:-1]), "torn"
PY
gives 0 cake down
