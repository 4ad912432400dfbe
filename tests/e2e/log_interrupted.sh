#!/bin/sh
# A supervisor killed amid a flood leaves logs whose lines are whole up to a marked place, and that go on with the next start.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  flood: {command: [seq, "1", "1000000000"], log: {max_size: 4M, max_total: 40M}}
YAML
gives 0 cake up --detach
await 'r["flood"].state == "running"'
mkfifo seen
cake log -f flood --raw >seen 2>/dev/null &
exec 9<seen
read -r first <&9
kill -KILL "$(supervisor_pid)"
exec 9<&-
[ "$first" -gt 0 ] || fail "a follower is shown: $first"
"$python" - "$LAYER_CAKE" "$home" <<'PY' || fail 'the log is damaged'
import json, subprocess, sys
said = subprocess.run([sys.argv[1], "log", "flood", "--back=1h", "-o", "json", "-hp=" + sys.argv[2]], stdout=subprocess.PIPE, text=True).stdout
entries = [json.loads(line) for line in said.splitlines()]
whole = [entry["text"] for entry in entries if entry["stream"] == "stdout"]
assert whole, "nothing is left"
first = int(whole[0])
for at, text in enumerate(whole[:-1]):
    assert text == str(first + at), (at, text)
assert str(first + len(whole) - 1).startswith(whole[-1]), whole[-1] # the last one may be cut
PY
sed 's/seq, "1", "1000000000"/echo, again/' layer-cake.yaml >next.yaml
mv next.yaml layer-cake.yaml
gives 0 cake up --detach
gives 0 cake wait flood --for=completed --timeout=20s
cake log flood --tail=2 --no-prefix >tail
expect 'interrupted
again' "$(cat tail)"
gives 0 cake down
