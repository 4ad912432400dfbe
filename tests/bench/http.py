#!/usr/bin/env python3
"""The HTTP listener of an object against nginx and a bare epoll loop, measured in turn in the same run.

usage: http.py HTTP_SERVICE HTTP_EPOLL [SECONDS] [ROUNDS]

wrk runs on the second core and the server on the first. Requests a second say as much about wrk as about the server where that
is the slower one, so the server's processor time for a request is shown beside them: the kernel's count of its run time.
"""
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SERVICE, EPOLL = (os.path.abspath(path) for path in sys.argv[1:3])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 2
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
BODY = '{"v":"' + "x" * 1016 + '"}'


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, name):
        self.name, self.port = name, free_port()
        self.folder = tempfile.mkdtemp(prefix="layer-cake-http-")
        self.process = subprocess.Popen(["taskset", "-c", "0", *self.command()], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.folder + "/log", "w"))
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit(name + " does not listen: " + open(self.folder + "/log").read()[-500:])

    def command(self):
        if self.name == "epoll":
            return [EPOLL, str(self.port)]
        if self.name == "layer-cake":
            return [SERVICE, "--host=127.0.0.1", f"--port={self.port}"]
        with open(self.folder + "/nginx.conf", "w") as f:
            f.write(f"""daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/log crit;
worker_rlimit_nofile 20000; events {{ worker_connections 16384; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {self.folder}/1; proxy_temp_path {self.folder}/2;
fastcgi_temp_path {self.folder}/3; uwsgi_temp_path {self.folder}/4; scgi_temp_path {self.folder}/5;
server {{ listen 127.0.0.1:{self.port} backlog=4096; location / {{ default_type application/json; return 200 '{BODY}'; }} }} }}
""")
        return [shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-p", self.folder, "-c",
                self.folder + "/nginx.conf", "-e", self.folder + "/log"]

    def pids(self):
        found = [self.process.pid]
        for pid in found:
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as f:
                    found += [int(child) for child in f.read().split()]
            except OSError:
                pass
        return found

    def run_time(self):  # nanoseconds
        total = 0
        for pid in self.pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                    total += int(f.read().split()[0])
        return total

    def resident(self):  # bytes
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith("Rss:")) * 1024
        return total

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


PIPELINE = """init = function(args)
  local r = {} for i = 1, 16 do r[i] = wrk.format() end
  requests = table.concat(r) end
request = function() return requests end
"""
CLOSE = 'wrk.headers["Connection"] = "close"\n'


def wrk(server, path, connections, script=""):
    """Requests a second and the server's microseconds for each."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as f:
        f.write(script)
        f.flush()
        before = server.run_time()
        out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency",
                              *(["-s", f.name] if script else []), f"http://127.0.0.1:{server.port}{path}"],
                             capture_output=True, text=True).stdout
        used = server.run_time() - before
    count = int(re.search(r"(\d+) requests in", out)[1])
    if "Non-2xx" in out or count == 0:
        raise SystemExit(f"{server.name} {path}: {out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), used / 1000 / count


def idle_connections(server, count):
    """Resident bytes for each connection that has had one answer."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    count = min(count, most - 100)
    before = server.resident()
    held = []
    for _ in range(count):
        s = socket.create_connection(("127.0.0.1", server.port))
        s.sendall(b"GET /Xy HTTP/1.1\r\nHost: localhost\r\n\r\n")
        s.recv(65536)
        held.append(s)
    grown = (server.resident() - before) / count
    for s in held:
        s.close()
    return grown


def main():
    for tool in ("wrk", "taskset"):
        if not shutil.which(tool):
            print(tool + " is not installed")
            return 77
    has_nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    fresh = Server("layer-cake")
    held = idle_connections(fresh, 10000) / 1024
    fresh.stop()
    servers = [Server(name) for name in ("layer-cake", "epoll", *(["nginx"] if has_nginx else []))]
    rows = [("keep-alive, 64 connections", "/Constant", 64, ""), ("pipelined x16, 64 connections", "/Constant", 64, PIPELINE),
            ("a connection each, 64 at a time", "/Constant", 64, CLOSE), ("message there and back, 64", "/Xy?x=2&y=3", 64, "")]
    try:
        for title, path, connections, script in rows:
            found = {server.name: [] for server in servers}
            for _ in range(ROUNDS):
                for server in servers:
                    if script == CLOSE and server.name == "epoll":
                        continue  # it never closes
                    found[server.name].append(wrk(server, path, connections, script))
            print(title)
            middle = {}
            for name, runs in found.items():
                if not runs:
                    continue
                middle[name] = [statistics.median(run[i] for run in runs) for i in (0, 1)]
                ours = middle["layer-cake"]
                print(f"  {name:<10} {middle[name][0]:>9.0f} requests/s  {middle[name][1]:6.2f} us each"
                      f"   ours: {ours[0] / middle[name][0]:.2f} of its requests, {ours[1] / middle[name][1]:.2f} of its time")
            if path == "/Constant" and not script:
                constant = middle["layer-cake"][1]
            elif path != "/Constant":
                print(f"  a message takes {middle['layer-cake'][1] / constant:.2f} of the time of the constant")
        print(f"10,000 idle connections: {held:.1f} KiB each")
    finally:
        for server in servers:
            server.stop()


sys.exit(main())
