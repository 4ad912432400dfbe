#!/bin/sh
# Tests wait for events and not for time, and take whatever port is free. (Roles may sleep: they are what is run.)
cd "$1" || exit 1
status=0
none() {
    [ -n "$2" ] || return 0
    printf '%s:\n%s\n' "$1" "$2" >&2
    status=1
}
none 'these sleep' "$(
    grep -rnE '^[[:space:]]*sleep [0-9.]' tests samples --include='*.sh'
    grep -rnE 'time\.sleep\(' tests samples --include='*.py' | grep -v '^tests/bench/'
    grep -rnE '(usleep|nanosleep|sleep_for|sleep_until)\(' tests --include='*.cpp' --include='*.hpp' | grep -v '^tests/bench/'
)"
none 'these use a fixed port' "$(grep -rnE '(127\.0\.0\.1|localhost):[0-9]{4}' tests/e2e tests/torture 2>/dev/null)"
exit $status
