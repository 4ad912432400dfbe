#!/bin/sh
# A role begins with what is documented and nothing else: descriptors, signals, session, folder, umask, environment.
set -eu
. "$(dirname "$0")/lib.sh"

cat >seen <<'PY'
#!/usr/bin/env python3
import os, sys
umask = os.umask(0)
status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
print("fds", *sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.lexists("/proc/self/fd/" + name)))
print("stdin", os.readlink("/proc/self/fd/0"))
print("blocked", status["SigBlk"])
print("ignored", status["SigIgn"], "python itself ignores PIPE and XFSZ")
print("leader", os.getpid() == os.getsid(0) == os.getpgid(0))
print("folder", os.getcwd())
print("umask %03o" % umask)
print("ours", *sorted(name for name in os.environ if name.startswith(("LAYER_CAKE", "NOTIFY", "LISTEN")) and name not in ("LAYER_CAKE", "LAYER_CAKE_E2E")))
print("home", os.environ["LAYER_CAKE_HOME"], os.environ["LAYER_CAKE_ROLE"], os.environ["LAYER_CAKE_INDEX"])
print("added", os.environ["ADDED"], os.environ["INHERITED"])
PY
chmod +x seen
mkdir sub
cat >layer-cake.yaml <<'YAML'
environment: {ADDED: one}
roles:
  seen: {command: [../seen], working_dir: sub, replicas: 1, umask: "0027"}
YAML
trap '' USR1 PIPE
exec 7<layer-cake.yaml 8<seen
INHERITED=yes NOTIFY_SOCKET=/nowhere LISTEN_FDS=2 gives 0 cake up --detach --wait=completed
expect "fds 0 1 2
stdin /dev/null
blocked 0000000000000000
ignored 0000000001001000 python itself ignores PIPE and XFSZ
leader True
folder $work/sub
umask 027
ours LAYER_CAKE_DIRECTORY LAYER_CAKE_HOME LAYER_CAKE_INDEX LAYER_CAKE_ROLE
home $home seen-0 0
added one yes" "$(cake log seen-0 --no-prefix)"
