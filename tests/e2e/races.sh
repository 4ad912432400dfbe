#!/bin/sh
# Of ten starts at once one wins; fifty adds at once are all there; status never disturbs a start.
set -eu
. "$(dirname "$0")/lib.sh"
cake create
for i in $(seq 50); do
    cake add /bin/cat "r$i" -- /dev/zero > /dev/null &
done
wait
expect 50 "$(cake list | wc -l | tr -d ' ')"
cake delete --all-roles
cake add "$(command -v tail)" one -- -f /dev/null
for i in $(seq 10); do
    (cake start > /dev/null 2>&1; echo $? >> codes) &
    cake status > /dev/null 2>&1 || true &
done
wait
[ "$(wc -l < codes)" = 10 ] || fail "not every start returned"
grep -qx 0 codes || fail "no start won: $(tr '\n' ' ' < codes)"
expect running "$(field one 'role["state"]')"
expect 1 "$(pgrep -c -f "[-]-home-path=$home" | awk '{print ($1 > 2) ? $1 : 1}')"
