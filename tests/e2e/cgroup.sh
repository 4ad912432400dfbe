#!/bin/sh
# A role is put into a cgroup of its own where one was given, what it leaves behind is killed by it, and none is left.
set -eu
. "$(dirname "$0")/lib.sh"

given=
for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    [ -f "$root/cgroup.procs" ] || continue
    mkdir "$root/layer-cake-e2e.$$" 2>/dev/null || continue
    given=$root/layer-cake-e2e.$$
    break
done
[ -n "$given" ] || { echo 'no cgroup v2 tree can be written to here'; exit 77; }
release() { rmdir "$given" 2>/dev/null || true; }
[ -w "$given/cgroup.kill" ] || { echo 'the kernel has no cgroup.kill'; exit 77; }
export LAYER_CAKE_CGROUP="$given"

cat >layer-cake.yaml <<YAML
roles:
  escapee: {command: [$programs/escapee, $work/pids], ready: {log_line: escaped}, shutdown: {timeout: 5s}}
  other: {command: "env >environment; exec sleep infinity"}
YAML

gives 0 cake up --detach --wait
group=$(echo "$given"/layer-cake.*)
for pid in $(cat pids); do
    grep -q "^$pid\$" "$group/role-escapee/cgroup.procs" || fail "process $pid is not in the cgroup of its role"
done
expect 1 "$(wc -l <"$group/role-other/cgroup.procs")" 'processes in the other cgroup'
! grep -q LAYER_CAKE_CGROUP environment || fail 'the role inherits the cgroup that is ours'
gives 0 cake stop escapee
for pid in $(cat pids); do
    ! alive "$pid" || fail "process $pid lives on after stop"
done
gives 0 cake stop
expect "$given/layer-cake.*" "$(echo "$given"/layer-cake.*)" 'what is left of the cgroups'
