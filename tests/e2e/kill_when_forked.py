#!/usr/bin/env python3
"""kill_when_forked.py PID N SIGNAL - sends the signal once the process has N children; after KILL waits for them to end."""
import os
import select
import signal
import sys
import time

pid, wanted, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
deadline = time.monotonic() + 20
while True:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = [int(word) for word in file.read().split()]
    if len(children) >= wanted:
        break
    if time.monotonic() > deadline:
        sys.exit("it has not forked")
watched = [os.pidfd_open(child) for child in children]
os.kill(pid, getattr(signal, "SIG" + name))
for fd in watched:
    if not select.select([fd], [], [], 20)[0]:
        sys.exit("a child lives on")
