#!/usr/bin/env python3
"""The HTTP listener of an object against nginx and a bare epoll loop, measured in turn in the same run.

usage: http_listener.py HTTP_SERVICE HTTP_EPOLL LAYER_CAKE [SECONDS] [ROUNDS]

wrk runs on the second core and the server on the first. Requests a second say as much about wrk as about the server where that
is the slower one, so the server's processor time for a request is shown beside them: the kernel's count of its run time.
How long answers take at 70 % of the peak is asked with `layer-cake load`, which sends when requests are due.
"""
import json
import os
import resource
import socket
import statistics
import subprocess
import sys

from http_peers import CountedServer, has_tools, nginx, wrk

SERVICE, EPOLL, LAYER_CAKE = (os.path.abspath(path) for path in sys.argv[1:4])
SECONDS = int(sys.argv[4]) if len(sys.argv) > 4 else 2
ROUNDS = int(sys.argv[5]) if len(sys.argv) > 5 else 3
BODY = '{"v":"' + "x" * 1016 + '"}'


COMMANDS = {
    "layer-cake": lambda port, _: [SERVICE, "--host=127.0.0.1", f"--port={port}"],
    "epoll": lambda port, _: [EPOLL, str(port)],
    "nginx": lambda port, folder: nginx(port, folder, "", f"default_type application/json; return 200 '{BODY}';"),
}


def start(name):
    return CountedServer(name, COMMANDS[name], processor=0)


PIPELINE = """init = function(args)
  local r = {} for i = 1, 16 do r[i] = wrk.format() end
  requests = table.concat(r) end
request = function() return requests end
"""
CLOSE = 'wrk.headers["Connection"] = "close"\n'


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


def load(server, *options):
    return json.loads(subprocess.run(
        ["taskset", "-c", "1", LAYER_CAKE, "load", f"http://127.0.0.1:{server.port}/Constant", f"--duration={SECONDS}s",
         *options, "-o", "json"], capture_output=True, text=True).stdout)


def latencies(servers):
    """Of answers to requests that come by chance, at 70 % of what the slowest server and the generator together can do."""
    rate = 0.7 * min(load(server, "--clients=64")["success"]["per_second"] for server in servers)
    print(f"{rate:.0f} requests/s in an open loop, 64 connections")
    found = {server.name: [] for server in servers}
    for _ in range(2 * ROUNDS + 1):
        for server in servers:
            times = load(server, f"--rate={rate:.0f}", "--connections=64")["latency"]
            found[server.name].append([times[quantile] * 1000 for quantile in ("p50", "p99")])
    for name, runs in found.items():
        p50, p99 = (statistics.median(run[i] for run in runs) for i in (0, 1))
        print(f"  {name:<10} p50 {p50:6.3f} ms  p99 {p99:6.3f} ms   ours: "
              f"{statistics.median(ours[1] / its[1] for ours, its in zip(found['layer-cake'], runs)):.2f} of its p99")


def main():
    if not has_tools("wrk", "taskset"):
        return 77
    fresh = start("layer-cake")
    held = idle_connections(fresh, 10000) / 1024
    fresh.stop()
    servers = [start(name) for name in ("layer-cake", "epoll", *(["nginx"] if has_tools("nginx") else []))]
    rows = [("keep-alive, 64 connections", "/Constant", 64, ""), ("pipelined x16, 64 connections", "/Constant", 64, PIPELINE),
            ("a connection each, 64 at a time", "/Constant", 64, CLOSE), ("message there and back, 64", "/Xy?x=2&y=3", 64, "")]
    try:
        for title, path, connections, script in rows:
            found = {server.name: [] for server in servers}
            for _ in range(ROUNDS):
                for server in servers:
                    if script == CLOSE and server.name == "epoll":
                        continue  # it never closes
                    found[server.name].append(wrk(server, path, connections, SECONDS, script, processor=1))
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
                latencies(servers)
            elif path != "/Constant":
                print(f"  a message takes {middle['layer-cake'][1] / constant:.2f} of the time of the constant")
        print(f"10,000 idle connections: {held:.1f} KiB each")
    finally:
        for server in servers:
            server.stop()


sys.exit(main())
