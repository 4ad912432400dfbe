#!/bin/sh
# A planted or widely writable home is refused; destroy never follows a link; the control socket is the owner's.
set -eu
. "$(dirname "$0")/lib.sh"
cake create
cake add "$(command -v tail)" one -- -f /dev/null
mkdir outside && echo precious > outside/file
ln -s "$work/outside" "$home/role/one/model/link" 2>/dev/null || ln -s "$work/outside" "$home/role/one/link"
cake start
expect srw------- "$(stat -c %A "$home/control.sock")"
expect_status 5 cake destroy
cake stop
chmod 777 "$home"
expect_status 2 cake start
chmod 700 "$home"
cake destroy
expect precious "$(cat outside/file)"
