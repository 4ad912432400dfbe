#!/bin/sh
# A Python module is a role: it types its settings, runs, logs, returns its value, restarts and stops like any other.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create --main-role=factorial
cp "$programs/factorial.py" .
gives 0 cake add factorial.py --n=6 --note='six: "6"' --at='{"host": "here", "port": 5}' --rate=2.0
expect '{"n":6,"note":"six: \"6\"","at":{"host":"here","port":5},"rate":2.0}' \
    "$(cake list -o json | json 'd["roles"][0]["settings"]' | tr -d ' ' | sed 's/six:/six: /')" 'settings'
expect_match '*"integer8"*' "$(cat "$home/role/factorial/settings.json")"

# what the module does not take
refuses 2 'layer-cake: cannot add "other": unknown arguments (bogus)' add factorial.py other --bogus=1
refuses 2 'layer-cake: cannot update "factorial": cannot decode value for "rate" (no transform int/float)' \
    update factorial --rate=2
expect factorial "$(cake list)" 'a refused role is none'

# its value, its log, its files
gives 0 cake run --main-role=factorial
expect 720 "$(cake returned factorial)"
expect_match '*<00000013>factorial - factorial of 6 (note=six: "6")*' "$(cake log factorial --tags=^)"
expect_match '*printed along the way*' "$(cake log factorial --stdout)"
case $(cake log factorial) in *'{"value"'*) fail 'the value is in the log' ;; esac
expect_match '*"returned": \[*"integer8",*720,*' "$(cat "$home/role/factorial/start_stop.json")"

# changed, removed, with the name of a role's key
gives 0 cake update factorial --n=-1 --note=
gives 71 cake run --main-role=factorial
expect_match '*cannot compute (below zero)*' "$err"
expect_match '*(exit 71, cannot compute (below zero))*' "$(cake history factorial)"
expect_match '{"fault":\["layer_cake.point_runtime.Faulted",*"below zero"*' "$(cake returned factorial)"
expect_match '*(note=None)*' "$(cake log factorial --tail=9)"

# the editor's words go through the module, too
printf '#!/bin/sh\nsed -i "s/: -1/: 4/" "$1"\n' >editor
chmod +x editor
EDITOR=./editor gives 0 cake edit factorial
gives 0 cake run --main-role=factorial
expect 24 "$(cake returned factorial)"
printf '#!/bin/sh\nsed -i "s/\\"n\\": 4/m: 4/" "$1"\n' >editor
EDITOR=./editor gives 2 cake edit factorial
expect_match '*unknown arguments (m)*' "$err"
EDITOR=true gives 0 cake edit factorial --discard

# replicas, kept alive by the group's retry; a Stop, and the lock that the library's command looks at
gives 0 cake delete factorial
gives 0 cake update group --main-role= --retry='{first_steps: [10ms], regular_steps: 1h}'
gives 0 cake add factorial.py keeper --role-count=2 --n=3 --wait=true
gives 0 cake start --wait
expect 2 "$(cake status | grep -c keeper)"
first=$(pid_of keeper-1)
expect_match "*\"pid\": $first*" "$(cat "$home/role/keeper-1/lock/head.json")"
kill -KILL "$first"
await 'r["keeper-1"].restarts.total == 1 and r["keeper-1"].state == "running"'
expect_match '*"n",*"integer8",*3,*' "$(tr -d '\n' <"$home/role/keeper-0/settings.json")"
"$python" - "$home/role/keeper-0/lock/head" <<'PY' || fail 'the lock is not held'
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], "w"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(0)
sys.exit(1)
PY
gives 0 cake stop
expect_match '*(exit 71, aborted (user or software interrupt))*' "$(cake history keeper-0)"
expect '' "$(survivors)" 'processes left'
