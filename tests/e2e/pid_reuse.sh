#!/bin/sh
# Processes that got the numbers of ended ones - of supervisor, guardian and roles, or of a role's child - are left alone.
set -eu
. "$(dirname "$0")/lib.sh"

if [ -z "${LAYER_CAKE_INSIDE:-}" ]; then
    # In a namespace of its own the next number can be chosen.
    unshare -pfm --mount-proc sh -c 'echo 1000 >/proc/sys/kernel/ns_last_pid' 2>/dev/null || skip 'numbers of processes cannot be chosen here'
    LAYER_CAKE_INSIDE=1 unshare -pfm --kill-child --mount-proc sh "$e2e/pid_reuse.sh"
    exit
fi

innocents=''
# take NUMBER - an innocent process gets it.
take() {
    tries=0
    while :; do
        echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
        env -u LAYER_CAKE_E2E sleep infinity &
        [ $! -ne "$1" ] || break
        kill -KILL $!
        wait $! 2>/dev/null || true
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "number $1 cannot be had"
    done
    innocents="$innocents $1"
}

cat >layer-cake.yaml <<YAML
roles:
  victim: {command: [sleep, infinity], replicas: 3}
  parent:
    command:
      - $python
      - -c
      - |
        import os, signal
        child = os.fork()
        if child == 0: signal.pause()
        open("child", "w").write(f"{child}\n")
        print("forked", flush=True)
        os.waitpid(child, 0)
        print("reaped", flush=True)
        signal.pause()
    ready: {log_line: forked}
YAML
gives 0 cake up --detach --wait
child=$(cat child)
kill -KILL "$child"
mkfifo lines
cake log -f parent --back=1h --no-prefix >lines &
grep -q reaped lines
take "$child"
gives 0 cake restart parent
gives 0 cake stop parent

supervisor=$(supervisor_pid)
guardian=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$supervisor/status")
victims=$(cake status -o json | json "' '.join(str(p['pid']) for p in d['processes'] if p['pid'])")
kill -KILL "$guardian" "$supervisor"
# shellcheck disable=SC2086 # several pids
gone $victims "$guardian" "$supervisor"
for pid in $victims "$supervisor" "$guardian"; do take "$pid"; done

gives 3 cake status
gives 3 cake stop
gives 0 cake down
gives 0 cake history victim-0
gives 0 cake start victim --wait
gives 0 cake restart victim
gives 0 cake stop
gives 0 cake destroy
for pid in $innocents; do
    alive "$pid" || fail "process $pid, which nobody knows, was ended"
done
# shellcheck disable=SC2086 # several pids
kill -KILL $innocents
