#!/bin/sh
# A group typed at the shell with create and add is started, asked, read and stopped like one from a file.
set -eu
. "$(dirname "$0")/lib.sh"

gives 0 cake create
expect '' "$out$err" 'create says nothing'
gives 0 cake add /bin/sh greeter -- -c 'echo hello from a verb; exec sleep infinity'
gives 0 cake add sleep idler --role-count=2 --depends-on='[greeter]' -- infinity
expect '' "$out$err" 'add says nothing'
gives 0 cake list
expect 'greeter
idler-0
idler-1' "$out"

gives 0 cake start --wait --timeout=20s
gives 0 cake status -o name
expect 'greeter
idler-0
idler-1' "$out"
gives 0 cake log greeter --no-prefix --tail=1
expect 'hello from a verb' "$out"

gives 0 cake stop idler
expect stopped "$(state_of idler-0)"
expect stopped "$(state_of idler-1)"
expect running "$(state_of greeter)"
gives 0 cake start idler-1
expect running "$(state_of idler-1)"
gives 0 cake stop
expect '' "$(survivors)" 'what is left'

gives 0 cake update greeter --description='says hello'
gives 0 cake delete idler
