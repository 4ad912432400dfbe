#!/bin/sh
# Each signal that ends a process is named; a stopped process can be stopped; an end is known while a child holds the output.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<YAML
roles:
  one:
    # (A core is not wanted; the shell itself ends by the signal that is its number.)
    command: 'kill -\$\${LAYER_CAKE_INDEX} \$\$\$\$; kill -KILL \$\$\$\$'
    replicas: 15
    replica_start: 1
    limits: {core: 0}
  halted: {command: 'kill -STOP \$\$\$\$; exec sleep infinity', shutdown: {timeout: 1s}}
  holder: {command: 'setsid sleep infinity & exit 5'}
YAML
gives 0 cake up --detach --wait=started
await 'all(r[f"one-{n}"].state == "failed" for n in range(1, 16))'
wanted='SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM'
expect "$wanted" "$(cake status -o json | json "' '.join(p['last_exit']['signal'] for p in d['processes'] if p['role'] == 'one')")"
took=$(seconds "$LAYER_CAKE" returned holder --timeout=5s)
within 0 "$took" 5
expect 5 "$(cake returned holder)"
await 'r["holder"].state == "failed"'
took=$(seconds "$LAYER_CAKE" stop halted)
within 0 "$took" 5
expect stopped "$(state_of halted)"
gives 0 cake down
expect '' "$(survivors)" 'what is left'
