#!/bin/sh
# Where the user may have no more processes a role is told so and tried again, and runs when there is room; the group lives on.
set -eu
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" -eq 0 ] || skip 'needs root to be a user without other processes'
need setpriv prlimit

chown 65531 "$work"
chmod 755 "$work"
as_user() { setpriv --reuid 65531 --regid 65531 --clear-groups "$@"; }
cat >layer-cake.yaml <<'YAML'
roles:
  first: {command: [sleep, infinity]}
  more: {command: [sleep, infinity], restart: {policy: always, regular_steps: 100ms}, replicas: 3}
YAML
gives 0 as_user "$LAYER_CAKE" up --no-start
gives 0 as_user "$LAYER_CAKE" start first --wait
group=$(supervisor_pid)
# (Threads count too.)
as_user prlimit --pid "$group" --nproc=1:
gives 1 as_user "$LAYER_CAKE" start more --wait=started --timeout=10s
expect_match '*cannot start "more-0": *resource temporarily unavailable*' "$err"
expect backoff "$(state_of more-0)"
expect running "$(state_of first)"
as_user prlimit --pid "$group" --nproc="$(as_user prlimit --pid "$group" --nproc --noheadings --output HARD | tr -d " ")":
await 'all(r[f"more-{n}"].state == "running" for n in range(3))' 5
gives 0 as_user "$LAYER_CAKE" down
