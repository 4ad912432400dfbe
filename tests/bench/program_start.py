#!/usr/bin/env python3
"""program_start.py HELLO IDLE TRUE - a whole object program beside a process that does nothing, and what an idle one uses.

HELLO runs to its first message and ends; IDLE waits for ever.
"""
import os
import signal
import statistics
import subprocess
import sys
import time

hello, idle, nothing = sys.argv[1:4]


def once(command):
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    os.waitpid(pid, 0)
    return time.perf_counter() - start


ours, bare = [], []
for _ in range(200):
    ours.append(once([hello, "--pause=0s"]))
    bare.append(once([nothing]))
a, b = statistics.median(ours) * 1000, statistics.median(bare) * 1000
print(f"start to the first message and end: {a:.2f} ms, a process that does nothing {b:.2f} ms (wanted: below 5 ms)")

process = subprocess.Popen([idle, "--pause=1d", "--debug-level=CONSOLE"], stderr=subprocess.PIPE)
process.stderr.readline()
time.sleep(1)


def used():
    """Nanoseconds on a processor, of all threads."""
    total = 0
    for task in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total


before = used()
time.sleep(10)
print(f"processor time of 10 idle seconds: {(used() - before) / 1000:.0f} us (wanted: 0)")
process.send_signal(signal.SIGTERM)
process.wait()
