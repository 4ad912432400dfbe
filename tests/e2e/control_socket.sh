#!/bin/sh
# The control socket is the owner's alone and speaks HTTP/1.1 to any client, refusing what is wrong.
set -eu
. "$(dirname "$0")/lib.sh"
need curl

gives 0 cake create
gives 0 cake add sleep web -- infinity
gives 0 cake start --wait
expect srw------- "$(stat -c %A .layer-cake/control.sock)"
ask() { curl -sS --unix-socket .layer-cake/control.sock -w ' %{http_code}' "$@"; }
expect_match '*"schema":"layer-cake.status/1"*200' "$(ask http://home/status)"
expect_match '*"state":"stopped"* 200' "$(ask -d '{"roles": ["web"]}' http://home/stop)"
expect stopped "$(state_of web)"
expect_match '*"fault":"missing"*nobody* 404' "$(ask -d '{"roles": ["nobody"]}' http://home/start)"
expect_match '*400' "$(ask -d '{"roles": ' http://home/start)"
expect_match '*404' "$(ask http://home/nothing)"
expect_match '*layer_cake_role_state{role="web",state="stopped"} 1*layer_cake_role_restarts_total{role="web"} 0* 200' \
    "$(ask http://home/metrics)"
expect_match '*"error":*"fault":"invalid"*POST* 405' "$(ask http://home/stop)"
expect_match '*"changed":\[\]* 200' "$(ask -d '{"dry_run": true}' http://home/reload)"
expect_match '*"added":\["late"\]*"removed":\["web"\]* 200' \
    "$(ask -d '{"dry_run": true, "definition": {"roles": {"late": {"command": "true"}}}}' http://home/reload)"
expect_match '*"fault":"invalid"* 400' "$(ask -d '{"definition": {"roles": {}}}' http://home/reload)"
expect web "$(cake status -o name)"
expect stopped "$(state_of web)"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    chmod 755 . .layer-cake
    chmod 666 .layer-cake/control.sock
    ! setpriv --reuid 65534 --regid 65534 --clear-groups curl -sS -m 5 --unix-socket .layer-cake/control.sock http://home/status \
        >answer 2>/dev/null || ! grep -q schema answer || fail 'another user was told'
fi
gives 0 cake stop
[ ! -e .layer-cake/control.sock ] || fail 'the socket is left behind'
