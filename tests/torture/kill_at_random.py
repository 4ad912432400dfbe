#!/usr/bin/env python3
"""kill_at_random.py PROGRAM HOME SEED - starts the group, and kills its supervisor with SIGKILL some time after it is there.

Returns when the guardian has ended, which must be within two seconds.
"""
import os
import random
import select
import signal
import subprocess
import sys

program, home, seed = sys.argv[1:]
chance = random.Random(int(seed))
folder = os.path.join(home, "role", "group", "history")


def wait(seconds, descriptor=None):
    poll = select.poll()
    if descriptor is not None:
        poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def children(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                    if int(stat.read().rpartition(")")[2].split()[1]) == pid:
                        found.append(int(name))
            except OSError:
                pass
    return found


def holders():
    """Processes of the group: those whose command line names the home. The supervisor is the guardian's child."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as words:
                text = words.read().split(b"\0")
        except (OSError, NotADirectoryError):
            continue
        if b"group" in text and any(os.fsencode(home) in word for word in text):
            found.append(int(name))
    return found


start = subprocess.Popen([program, "start", "--home-path=" + home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wait(chance.uniform(0, 0.4))
stop = None
if chance.random() < 0.3:
    start.wait()
    stop = subprocess.Popen([program, "stop", "--home-path=" + home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait(chance.uniform(0, 0.05))
group = holders()
pairs = [(guardian, supervisor) for guardian in group for supervisor in children(guardian) if supervisor in group]
guards = []
for guardian, supervisor in pairs:
    try:
        guards.append(os.pidfd_open(guardian))
        os.kill(supervisor, signal.SIGKILL)
    except ProcessLookupError:
        pass
start.wait()
if stop:
    stop.wait()
for guard in guards:
    if not wait(2, guard):
        sys.exit("the guardian has not ended")
if not pairs:
    # Too early for a supervisor, or too late: the group is stopped in the ordinary way.
    subprocess.run([program, "down", "--home-path=" + home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
