#!/usr/bin/env python3
"""network_faults.py [ROUNDS [SEED]] - see network_faults.sh, which makes the hosts: namespaces NETWORK-1 to NETWORK-3."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from network_oracle import all_names, count, difference

CAKE, NAMES, NETWORK = os.environ["LAYER_CAKE"], os.environ["NAMES"], os.environ["NETWORK"]
LEASE = 15  # seconds, of a directory's connection to another host
BACK = 5  # seconds in which all is back after a host is heard again; more where a directory has to be found again
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
chance = random.Random(SEED)
HOSTS = [2, 3]


def run(*words, check=True, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    if check and done.returncode:
        fail(f"{' '.join(words)}: {done.stderr}")
    return done


def on(host, *words, **more):
    return run("ip", "netns", "exec", f"{NETWORK}-{host}", *words, **more)


def fail(what):
    sys.exit(f"network_faults (seed {SEED}): {what}")


def pause(seconds):
    threading.Event().wait(seconds)


class Served:
    """A directory by itself, started again as often as it is killed."""

    def __init__(self, host, *words):
        self.host, self.words = host, words
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", f"{NETWORK}-{self.host}", CAKE, *self.words], stderr=subprocess.PIPE, text=True)
        if " listens at " not in self.process.stderr.readline():
            fail(f"{self.words} does not listen")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)


class Group:
    def __init__(self, host, name, roles):
        self.host, self.home = host, os.path.abspath(f"home-{host}-{name}")
        restart = "{policy: always, first_steps: [0s, 100ms]}"
        text = "roles:\n" + "".join(f"  {role}: {{executable: {NAMES}, settings: {json.dumps(settings)}, restart: {restart}}}\n"
                                    for role, settings in roles.items())
        with open(self.home + ".yaml", "w", encoding="utf-8") as file:
            file.write(text)
        on(host, CAKE, "up", "--detach", "--wait", f"-hp={self.home}", f"--file={self.home}.yaml")

    def cake(self, *words):
        return on(self.host, CAKE, f"-hp={self.home}", *words)

    def pid(self, role):
        status = json.loads(self.cake("status", "-o", "json").stdout)
        return next(one["pid"] for one in status["processes"] if one["name"] == role)

    def down(self):
        self.cake("down")


def network(host, **more):
    said = on(host, CAKE, "network", "-o", "json", check=False, **more)
    return json.loads(said.stdout)["network"] if said.returncode == 0 else None


class Watch:
    """Counts how often each name comes and goes in the directory of the LAN."""

    def __init__(self):
        self.changes, self.known, self.process, self.ended = {}, None, None, False
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while not self.ended:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", f"{NETWORK}-1", CAKE, "network", "--watch=200ms", "-o", "json"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.read()
            self.process.wait()
            pause(0.1)

    def read(self):
        for line in self.process.stdout:
            node = json.loads(line)["network"]
            now = set(all_names(node))
            for name in now ^ (self.known if self.known is not None else now):
                self.changes[name] = self.changes.get(name, 0) + 1
            self.known = now

    def most(self):
        return max(self.changes.values(), default=0)

    def end(self):
        self.ended = True
        self.process.kill()


groups = []  # of directories and programs


def processes():
    return sum(len(group.roles) for group in groups)


def settled(what, seconds, top="LAN", host=1, wanted=None):
    """Within the time the network is as the oracle says, and all that should be there is."""
    begin, why = time.monotonic(), None
    while True:
        node = network(host)
        why = difference(node, apart=top != "LAN") if node else "no directory answers"
        if not why and node["scope"] != top:
            why = f"the topmost is {node['scope']}"
        if not why and wanted and count(node, "names") != wanted:
            why = f"{count(node, 'names')} processes instead of {wanted}"
        took = time.monotonic() - begin
        if not why:
            print(f"  {what}: {took:.1f} s, {len(node['published'])} names", flush=True)
            return node
        if took > seconds:
            fail(f"{what}: after {took:.1f} s still {why}")


def gone_from_lan(prefix, seconds):
    """Names of a host that is away are withdrawn within the lease."""
    begin = time.monotonic()
    while True:
        node = network(1)
        left = [name for name in all_names(node) if name.startswith(prefix)] if node else []
        took = time.monotonic() - begin
        if node and not left:
            print(f"  withdrawn after {took:.1f} s", flush=True)
            return
        if took > seconds:
            fail(f"{left} not withdrawn after {took:.1f} s")


# What can be done to a host.

def new_address(host):
    old = re.search(r"inet (10[.0-9]*)/", on(host, "ip", "-4", "address", "show", "dev", "eth0").stdout)[1]
    new = f"10.0.0.{host + 40 if old == f'10.0.0.{host}' else host}"
    on(host, "ip", "address", "del", f"{old}/24", "dev", "eth0")
    on(host, "ip", "address", "add", f"{new}/24", "dev", "eth0")
    on(host, "ip", "route", "add", "default", "dev", "eth0", check=False)
    return new


def rules(host, *texts):
    on(host, "nft", "add table inet faults; add chain inet faults in { type filter hook input priority 0; };"
       " add chain inet faults out { type filter hook output priority 0; }")
    for text in texts:
        on(host, "nft", f"add rule inet faults {text} drop")


def no_rules(host):
    on(host, "nft", "flush table inet faults")


OUT, IN = 'out oifname "eth0"', 'in iifname "eth0"'


def lan():
    return directories["lan"]


def still_works(host):
    """What is published on a host is found there whatever is above it."""
    settled(f"host {host} by itself", 10, top="HOST", host=host)


def blackhole(seconds):
    host = chance.choice(HOSTS)
    rules(host, OUT, IN)
    begin = time.monotonic()
    if seconds > LEASE:
        gone_from_lan(f"host-{host}", LEASE + 2)
        still_works(host)
    pause(max(0, seconds - (time.monotonic() - begin)))
    no_rules(host)
    settled(f"heard again after {seconds} s", BACK + 1, wanted=all_processes())


def one_way(direction, seconds):
    host = chance.choice(HOSTS)
    rules(host, direction)
    if seconds > LEASE:
        gone_from_lan(f"host-{host}", LEASE + 2)
    else:
        pause(seconds)
    no_rules(host)
    settled("heard both ways", BACK + 1, wanted=all_processes())


def lossy(seconds):
    for host in HOSTS:
        rules(host, f"{OUT} numgen random mod 100 < 20", f"{IN} numgen random mod 100 < 20")
    groups[0].cake("restart", "late")
    pause(seconds)
    for host in HOSTS:
        no_rules(host)
    settled("without loss", BACK + 1, wanted=all_processes())


def slow(seconds):
    host = chance.choice(HOSTS)
    on(host, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "256kbit", "burst", "16kb", "latency", "400ms")
    kill_publisher()
    pause(seconds)
    on(host, "tc", "qdisc", "del", "dev", "eth0", "root")


def hosts_apart(seconds):
    """Both are heard by the LAN; they do not hear each other."""
    rules(2, f"{OUT} ip daddr != {{ 10.0.0.1, 10.0.0.41 }}", f"{IN} ip saddr != {{ 10.0.0.1, 10.0.0.41 }}")
    kill_publisher(settle=False)
    pause(seconds)
    no_rules(2)
    settled("together again", BACK + 1, wanted=all_processes())


def kill_lan():
    lan().kill()
    still_works(chance.choice(HOSTS))
    lan().start()
    settled("the LAN's directory is back", 10, wanted=all_processes())


def move_lan():
    lan().kill()
    new_address(1)
    lan().start()
    settled("the LAN's directory is at another address", 10 + 5, wanted=all_processes())


def pause_lan(seconds):
    lan().signal(signal.SIGSTOP)
    kill_publisher(settle=False)
    pause(seconds)
    node = network(chance.choice(HOSTS))
    if not node or node["scope"] != "HOST" or len(node["silent"]) != 1:
        fail("the directory that does not answer is not named")
    lan().signal(signal.SIGCONT)
    settled("the LAN's directory goes on", 10, wanted=all_processes())


def kill_host():
    host = chance.choice(HOSTS)
    directories[host].kill()
    pause(chance.random())
    directories[host].start()
    settled("the host's directory is back", 10, wanted=all_processes())


def pause_host(seconds):
    host = chance.choice(HOSTS)
    directories[host].signal(signal.SIGSTOP)
    kill_publisher(settle=False)
    pause(seconds)
    directories[host].signal(signal.SIGCONT)
    settled("the host's directory goes on", 10, wanted=all_processes())


def kill_publisher(settle=True):
    group = chance.choice(groups)
    os.kill(group.pid(chance.choice(["named", "shared"])), signal.SIGKILL)
    if settle:
        settled("a publisher was killed", 10, wanted=all_processes())


def dies_apart(seconds):
    """A publisher of a name that is on both sides dies while they are apart, and another one comes back."""
    host = chance.choice(HOSTS)
    rules(host, OUT, IN)
    for group in groups:
        os.kill(group.pid("shared"), signal.SIGKILL)
    here = next(group for group in groups if group.host == host)
    here.cake("stop", "shared")
    pause(seconds)
    no_rules(host)
    settled("what died meanwhile is gone", BACK + 1, wanted=all_processes() - 1)
    here.cake("start", "shared")
    settled("and is back", 10, wanted=all_processes())


def moves():
    """A publisher stops on one host, and another starts under the name on the other."""
    group = chance.choice(groups)
    other = next(one for one in groups if one.host != group.host)
    group.cake("stop", "named")
    made = Group(other.host, f"moved-{time.monotonic_ns()}", {"named": {"publish": group.name, "scope": "LAN"}})
    settled("a publisher has moved", 10, wanted=all_processes())
    made.down()
    group.cake("start", "named")
    settled("and moved back", 10, wanted=all_processes())


def late_subscription(seconds):
    """Searches and names that are new while their host is away: two directories below the LAN's, and beside it."""
    host = chance.choice(HOSTS)
    rules(host, OUT, IN)
    made = [Group(where, f"late-{time.monotonic_ns()}",
                  {"late": {"publish": f"late-{where}", "subscribe": ".*-.*", "scope": "LAN"}}) for where in (1, *HOSTS)]
    pause(seconds)
    no_rules(host)
    settled("what was new meanwhile is served", BACK + 1, wanted=all_processes() + 3)
    for group in made:
        group.down()
    settled("and gone", 10, wanted=all_processes())


def second_session():
    """The host's directory is another one before the LAN's has noticed that the first is gone."""
    host = chance.choice(HOSTS)
    rules(host, OUT, IN)
    directories[host].kill()
    directories[host].start()
    pause(4)
    no_rules(host)
    settled("a second session in place of the first", BACK + 8, wanted=all_processes())


def clone():
    """A home is copied to the other host, with all its ids."""
    group = chance.choice(groups)
    other = next(host for host in HOSTS if host != group.host)
    copy = f"{group.home}-copy-{time.monotonic_ns()}"
    run("cp", "-r", "--no-dereference", group.home, copy, check=False)
    for name in ("control.sock", "directory.sock"):
        if os.path.exists(f"{copy}/{name}"):
            os.remove(f"{copy}/{name}")
    on(other, CAKE, f"-hp={copy}", "start", "--wait")
    settled("a home runs on both hosts", 10, wanted=all_processes() + len(group.roles))
    on(other, CAKE, f"-hp={copy}", "stop")
    settled("and on one again", 10, wanted=all_processes())


def unplug(seconds):
    host = chance.choice(HOSTS)
    on(host, "ip", "link", "set", "eth0", "down")
    pause(seconds)
    on(host, "ip", "link", "set", "eth0", "up")
    on(host, "ip", "route", "add", "default", "dev", "eth0", check=False)
    settled("the interface is up again", BACK + 1, wanted=all_processes())


def other_address():
    new = new_address(chance.choice(HOSTS))
    settled(f"the host is {new} now", LEASE + 2 * BACK, wanted=all_processes())


def no_default_route():
    host = chance.choice(HOSTS)
    on(host, "ip", "route", "del", "default")
    kill_publisher(settle=False)
    pause(1)
    on(host, "ip", "route", "add", "default", "dev", "eth0")
    settled("the default route is back", 10, wanted=all_processes())


FAULTS = {
    "T9.1 cut off for 5 s": lambda: blackhole(5),
    "T9.1 cut off for 20 s": lambda: blackhole(20),
    "T9.1 cut off for 60 s": lambda: blackhole(60),
    "T9.2 not heard": lambda: one_way(OUT, LEASE + 1),
    "T9.2 hears nothing": lambda: one_way(IN, LEASE + 1),
    "T9.2 a fifth is lost": lambda: lossy(10),
    "T9.2 256 kbit/s": lambda: slow(3),
    "T9.2 hosts that do not hear each other": lambda: hosts_apart(8),
    "T9.3 the LAN's directory is killed": kill_lan,
    "T9.3 it moves": move_lan,
    "T9.3 it is paused": lambda: pause_lan(5),
    "T9.3 the host's directory is killed": kill_host,
    "T9.3 it is paused, too": lambda: pause_host(5),
    "T9.4 a publisher dies apart": lambda: dies_apart(chance.choice([5, LEASE + 2])),
    "T9.4 a publisher moves": moves,
    "T9.5 subscribed meanwhile": lambda: late_subscription(chance.choice([3, LEASE + 2])),
    "T9.6 a home on two hosts": clone,
    "T9.6 a second session": second_session,
    "T9.7 interface down": lambda: unplug(chance.choice([3, LEASE + 2])),
    "T9.7 another address": other_address,
    "T9.7 no default route": no_default_route,
    "T9.9 a publisher is killed": kill_publisher,
}
LONG = {"T9.1 cut off for 10 min": lambda: blackhole(600)}  # by name only
if not shutil.which("nft", path=os.environ["PATH"] + ":/usr/sbin"):
    print("skipped: nft is not installed (package nftables)")
    sys.exit(77)

print(f"seed {SEED}", flush=True)
on(1, "ip", "address", "del", "10.0.0.195/24", "dev", "eth0")
directories = {"lan": Served(1, "lan", "--announce")}
for number in HOSTS:
    directories[number] = Served(number, "host", "--announced")
for number in HOSTS:
    for name in ("a", "b"):
        roles = {"named": {"publish": f"host-{number}{name}", "subscribe": "(host|late)-.*", "scope": "LAN"},
                 "shared": {"publish": f"shared-{name}", "subscribe": "shared-.*", "scope": "LAN"}}
        if not groups:
            roles["late"] = {"subscribe": "host-3a", "scope": "LAN"}
        group = Group(number, name, roles)
        group.name, group.roles = f"host-{number}{name}", roles
        groups.append(group)


def all_processes():
    return processes()


settled("the start", 30, wanted=all_processes())
watch = Watch()
chosen = list(FAULTS)
if len(sys.argv) > 1 and int(sys.argv[1]) > 0:
    chosen = [chance.choice(chosen) for _ in range(int(sys.argv[1]))]
if os.environ.get("FAULT"):
    chosen = [fault for fault in {**FAULTS, **LONG} if re.search(os.environ["FAULT"], fault)]
for fault in chosen:
    print(fault, flush=True)
    begin, watch.changes = time.monotonic(), {}
    {**FAULTS, **LONG}[fault]()
    leases = 1 + int((time.monotonic() - begin) / LEASE)
    if watch.most() > 4 * leases:
        fail(f"names have come and gone {watch.most()} times in {leases} leases: {watch.changes}")
watch.end()
for group in groups:
    group.down()
print("all faults survived")
