#!/usr/bin/env python3
"""How layer-cake supervises, against a bare posix_spawn loop and, where they are installed, s6, runit and supervisord.

usage: supervision.py LAYER_CAKE SPAWN_LOOP CHILD [COUNT[,COUNT...]] [RUNS]

Prints a line a figure, all measured in this run: ours, the loop's and the ratio, the peers', and what was wanted. Times are
wall clock in milliseconds, memory is PSS of all supervising processes together, idle is CPU time used in 20 seconds.
Peers are measured once.
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
        subprocess.run([LAYER_CAKE, "up", file, "--no-start", "-hp=" + self.home], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, environment):
        subprocess.run([LAYER_CAKE, "start", "-hp=" + self.home], check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def supervisors(self):
        status = json.loads(subprocess.check_output([LAYER_CAKE, "status", "-hp=" + self.home, "-o", "json"]))
        pid = status["group"]["pid"]
        return [pid, parent_of(pid)]

    def stop(self):
        subprocess.run([LAYER_CAKE, "stop", "-hp=" + self.home], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Peer:
    """One that is started as a process and stopped by a signal to it."""

    def start(self, environment):
        self.process = subprocess.Popen(self.command(), env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def supervisors(self):
        """The process itself, and what of its kind is below it."""
        own = [self.process.pid]
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and parent_of(int(name)) in own and os.readlink(f"/proc/{name}/exe") != CHILD:
                    own.append(int(name))
            except OSError:
                pass
        return own

    def stop(self):
        self.process.send_signal(self.signal)
        self.process.wait()


class Folders(Peer):
    """A folder with one folder a service, in which `run` is the program."""

    def prepare(self, folder, count):
        self.folder = os.path.join(folder, "scan")
        for number in range(count):
            os.makedirs(f"{self.folder}/c{number}")
            os.symlink(CHILD, f"{self.folder}/c{number}/run")


class S6(Folders):
    needs, signal = "s6-svscan", signal.SIGTERM

    def command(self):
        return ["s6-svscan", "-c", "4000", self.folder]


class Runit(Folders):
    needs, signal = "runsvdir", signal.SIGHUP

    def command(self):
        return ["runsvdir", self.folder]


class Supervisord(Peer):
    needs, signal = "supervisord", signal.SIGTERM

    def prepare(self, folder, count):
        self.file = os.path.join(folder, "supervisord.conf")
        with open(self.file, "w") as out:
            out.write(f"""[supervisord]
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
childlogdir={folder}
minfds=8192
nodaemon=true
[program:c]
command={CHILD}
numprocs={count}
process_name=%(process_num)03d
startsecs=0
startretries=1000000
autorestart=true
""")

    def command(self):
        return ["supervisord", "-c", self.file]


# What was asked for: a limit of the ratio to the loop, or of the figure itself. Start and stop at 500 roles, the rest at 100.
WANTED = {
    (500, "start ms"): ("ratio", 1.5),
    (500, "stop ms"): ("ratio", 3),
    (100, "kill -9 to replaced ms"): ("ratio", 2),
    (500, "kill -9 to replaced ms"): ("ratio", 2),
    (100, "memory KiB"): ("figure", 4096),
    (500, "memory KiB"): ("figure", 4096 + 400 * 6),
    (100, "idle us in 20 s"): ("figure", 0),
    (500, "idle us in 20 s"): ("figure", 0),
    (100, "status ms"): ("figure", 10),
    (100, "list ms"): ("figure", 5),
}


def told(count, key, rows):
    """A line: ours, the loop's with the ratio, the peers', what was wanted."""
    ours, loop = rows["ours"][key], rows["loop"].get(key)
    line = f"{count:4} roles  {key:24} ours {ours:10.2f}"
    if loop:
        line += f"  loop {loop:10.2f}  ratio {ours / loop:6.2f}"
    for name, row in rows.items():
        if name not in ("ours", "loop") and key in row:
            line += f"  {name} {row[key]:.2f}"
    if (count, key) in WANTED:
        of, limit = WANTED[count, key]
        reached = (ours / loop if of == "ratio" and loop else ours) <= limit
        line += f"  wanted {of} {limit}: {'reached' if reached else 'NOT reached'}"
    return line


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
    shutil.rmtree(folder, ignore_errors=True)  # a peer may still be putting things away
    return row


def main():
    peers = [(kind.needs, kind) for kind in (S6, Runit, Supervisord) if shutil.which(kind.needs)]
    for count in COUNTS:
        rows = {}
        for name, kind in [("loop", Loop), ("ours", Ours)] + peers:
            runs = 1 if issubclass(kind, Peer) else RUNS
            measured = [once(kind(), count, run == 0 and count >= 100) for run in range(runs)]
            rows[name] = {key: statistics.median(row[key] for row in measured if key in row) for key in measured[0]}
        for key in rows["ours"]:
            print(told(count, key, rows), flush=True)


main()
