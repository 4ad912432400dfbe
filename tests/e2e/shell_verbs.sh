#!/bin/sh
# The same by shell verbs: create, add, list, start, status, log, stop, delete, destroy.
set -eu
. "$(dirname "$0")/lib.sh"

printf '#!/bin/sh\necho "worker $1 $LAYER_CAKE_ROLE"\nexec tail -f /dev/null\n' > worker.sh
chmod +x worker.sh
cake create
cake add ./worker.sh worker --role-count=2 -- hello
cake add ./worker.sh single -- alone
expect 'single
worker-0
worker-1' "$(cake list)"
cake start --wait --timeout=20s
expect_in "$(pid_of single)" "$(cake status -ll)"
expect_in 'worker hello worker-1' "$(cake log worker-1 --tail=5)"
cake stop
expect_status 3 cake stop
cake delete single
expect 'worker-0
worker-1' "$(cake list)"
cake destroy
[ ! -e "$home" ] || fail "the home is still there"
expect_status 4 cake list
