#!/usr/bin/env python3
"""survivors.py TAG PID - processes that carry LAYER_CAKE_E2E=TAG and are neither PID nor below it as we are."""
import os
import sys

tag = b"LAYER_CAKE_E2E=" + os.fsencode(sys.argv[1])
own = set()
pid = os.getpid()
while pid > 1:
    own.add(pid)
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        pid = int(stat.read().rpartition(")")[2].split()[1])
    if pid == int(sys.argv[2]):
        own.add(pid)
        break
for name in os.listdir("/proc"):
    if not name.isdigit() or int(name) in own:
        continue
    try:
        with open(f"/proc/{name}/environ", "rb") as environ:
            if tag not in environ.read().split(b"\0"):
                continue
        with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
            if stat.read().rpartition(")")[2].split()[0] in "ZX":
                continue
    except OSError:
        continue
    print(name)
