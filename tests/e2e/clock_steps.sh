#!/bin/sh
# Steps of the system's time, back and forth, change no delay, lose no line, and make no life shorter than nothing.
set -eu
. "$(dirname "$0")/lib.sh"

preload=$(dpkg-query -L libfaketime 2>/dev/null | grep 'libfaketimeMT\.so\.1$') || skip 'libfaketime is not installed'
cat >layer-cake.yaml <<YAML
environment: {LD_PRELOAD: ''}
roles:
  crash:
    command: 'echo crash; read -r now _ </proc/uptime; echo \$\$now >>crashes; exit 1'
    restart: {policy: always, regular_steps: 300ms}
  talker:
    command: 'while read -r line; do echo \$\$line; done <gate'
  lasting: {command: [sleep, infinity]}
YAML
mkfifo gate
echo '+0' >offset
exec 7<>gate
LD_PRELOAD=$preload FAKETIME_TIMESTAMP_FILE=$work/offset FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 gives 0 cake up --detach --wait
restarts() { field crash "p['restarts']['total']"; }
sent=0
for step in -1d +30d -3650d +0; do
    # The file is replaced, so that no half of it is read.
    echo "$step" >offset.new
    mv offset.new offset
    was=$(restarts)
    for n in 1 2 3; do
        sent=$((sent + 1))
        echo "line $sent" >&7
        await "r['crash'].restarts.total > $((was + n))"
    done
    gives 0 cake restart lasting
    gives 0 cake status
done
"$python" - <<'PY' || fail 'delays were not kept'
times = [float(line) for line in open("crashes")]
gaps = [later - earlier for earlier, later in zip(times, times[1:])]
assert len(gaps) > 12 and min(gaps) >= 0.29, gaps
assert sorted(gaps)[len(gaps) // 2] < 0.6, gaps
PY
gives 0 cake stop talker
cake log talker --from=1970-01-01 --stdout --raw >lines
seq -f 'line %.0f' 1 $sent | cmp - lines || fail 'lines were lost or reordered'
cake history lasting -o json | json "d['lives']" >lives
"$python" - <<'PY' || fail 'a life is shorter than nothing'
import json
lives = json.load(open("lives"))
assert len(lives) == 5, lives
PY
gives 0 cake history lasting
expect '' "$(echo "$out" | grep -e '-[0-9]' || true)" 'lives shorter than nothing'
gives 0 cake down
