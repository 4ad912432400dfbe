#!/usr/bin/env python3
"""How layer-cake supervises, against a bare posix_spawn loop measured in the same run.

usage: supervision.py LAYER_CAKE SPAWN_LOOP CHILD [COUNT[,COUNT...]] [RUNS]

Prints a line a figure: ours, the loop's, and the ratio. Times are wall clock in milliseconds,
memory is PSS of guardian and supervisor together, idle is CPU time used in 20 seconds.
"""
import json
import os
import random
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

LAYER_CAKE, SPAWN_LOOP, CHILD = (os.path.abspath(path) for path in sys.argv[1:4])
COUNTS = [int(n) for n in (sys.argv[4] if len(sys.argv) > 4 else "10,100,500").split(",")]
RUNS = int(sys.argv[5]) if len(sys.argv) > 5 else 3


class Announcements:
    """Where children tell that they live."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "fifo")
        os.mkfifo(self.path)
        self.fd = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLIN)

    def collect(self, count, timeout=60.0):
        found, bytes_, end = [], b"", time.monotonic() + timeout
        while len(found) < count and time.monotonic() < end:
            if self.poll.poll(1000):
                bytes_ += os.read(self.fd, 65536)
                whole = len(bytes_) // 16
                found += [struct.unpack_from("qq", bytes_, 16 * i) for i in range(whole)]
                bytes_ = bytes_[16 * whole:]
        return found


def wait_gone(pids):
    watched = select.poll()
    fds = {}
    for pid in pids:
        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        fds[fd] = pid
        watched.register(fd, select.POLLIN)
    while fds:
        for fd, _ in watched.poll(60000):
            watched.unregister(fd)
            os.close(fd)
            del fds[fd]
    return time.monotonic_ns()


def pss_kib(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total


def cpu_us(pids):
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
                total += int(stat.read().split()[0]) / 1000
    return total


def parent_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1])


class Loop:
    def prepare(self, folder, count):
        self.count = count

    def start(self, environment):
        self.process = subprocess.Popen([SPAWN_LOOP, str(self.count), CHILD], env=environment)

    def supervisors(self):
        return [self.process.pid]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Ours:
    def prepare(self, folder, count):
        self.home = os.path.join(folder, "home")
        file = os.path.join(folder, "layer-cake.yaml")
        with open(file, "w") as out:
            out.write(f"name: bench\nroles:\n  child:\n    command: [{CHILD}]\n    replicas: {count}\n    restart: always\n")
        subprocess.run([LAYER_CAKE, "up", file, "--no-start", "-hp=" + self.home], check=True, stdout=subprocess.DEVNULL)

    def start(self, environment):
        subprocess.run([LAYER_CAKE, "start", "-hp=" + self.home], check=True, env=environment, stdout=subprocess.DEVNULL)

    def supervisors(self):
        status = json.loads(subprocess.check_output([LAYER_CAKE, "status", "-hp=" + self.home, "-o", "json"]))
        pid = status["group"]["pid"]
        return [pid, parent_of(pid)]

    def stop(self):
        subprocess.run([LAYER_CAKE, "stop", "-hp=" + self.home], check=True, stdout=subprocess.DEVNULL)


def once(manager, count, more):
    folder = tempfile.mkdtemp(prefix="layer-cake-bench.")
    heard = Announcements(folder)
    environment = dict(os.environ, BENCH_FIFO=heard.path)
    manager.prepare(folder, count)
    row, began = {}, time.monotonic_ns()
    manager.start(environment)
    lives = heard.collect(count)
    if len(lives) < count:
        sys.exit(f"only {len(lives)} of {count} started")
    row["start ms"] = (max(at for _, at in lives) - began) / 1e6
    pids = {pid for pid, _ in lives}
    supervisors = manager.supervisors()
    if more:
        select.select([], [], [], 2)  # what the start leaves to be done
        before = cpu_us(supervisors)
        select.select([], [], [], 20)  # the idle span that is measured
        row["idle us in 20 s"] = cpu_us(supervisors) - before
        row["memory KiB"] = pss_kib(supervisors)
        delays = []
        for victim in random.sample(sorted(pids), min(10, count)):
            select.select([], [], [], random.uniform(0.02, 0.1))
            began = time.monotonic_ns()
            os.kill(victim, signal.SIGKILL)
            (pid, at), = heard.collect(1)
            pids.discard(victim)
            pids.add(pid)
            delays.append((at - began) / 1e6)
        row["kill -9 to replaced ms"] = statistics.median(delays)
        if isinstance(manager, Ours):
            for verb in ("status", "list"):
                times = []
                for _ in range(11):
                    began = time.monotonic_ns()
                    subprocess.run([LAYER_CAKE, verb, "-hp=" + manager.home], stdout=subprocess.DEVNULL, check=True)
                    times.append((time.monotonic_ns() - began) / 1e6)
                row[verb + " ms"] = statistics.median(times)
    began = time.monotonic_ns()
    manager.stop()
    row["stop ms"] = (max(wait_gone(pids), time.monotonic_ns()) - began) / 1e6
    shutil.rmtree(folder)
    return row


def main():
    for count in COUNTS:
        rows = {}
        for name, kind in (("loop", Loop), ("ours", Ours)):
            measured = [once(kind(), count, run == 0 and count >= 100) for run in range(RUNS)]
            rows[name] = {key: statistics.median(row[key] for row in measured if key in row) for key in measured[0]}
        for key, ours in rows["ours"].items():
            loop = rows["loop"].get(key)
            ratio = f"  loop {loop:10.2f}  ratio {ours / loop:6.2f}" if loop else ""
            print(f"{count:4} roles  {key:24} ours {ours:10.2f}{ratio}", flush=True)


main()
