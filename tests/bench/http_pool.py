#!/usr/bin/env python3
"""An HTTP service with a pool behind it against a bare libuv pool of processes and nginx before two Node workers.

usage: http_pool.py TEXTURE_4 HTTP_POOL_LIMIT [SECONDS] [ROUNDS]

Each request has a table of 8 x 8 random numbers made and encoded. Clients and servers share both processors; besides the requests
a second, the processor time of all processes of a server for a request is shown.
"""
import os
import select
import shutil
import statistics
import sys
import urllib.error
import urllib.request

from http_peers import CountedServer, free_port, has_tools, nginx_before, node_server, wrk

TEXTURE, LIMIT = (os.path.abspath(path) for path in sys.argv[1:3])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 2
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3

TABLE = """const table = (x, y) => Array.from({length: y}, () => Array.from({length: x}, Math.random));
(q, r) => { const a = new URL(q.url, "http://h").searchParams;
const b = JSON.stringify({value: table(+a.get("x"), +a.get("y"))});
r.writeHead(200, {"Content-Type": "application/json", "Content-Length": b.length}); r.end(b); }"""


def first_answer(url, patience=10):
    """nginx listens before the Node processes behind it do."""
    for _ in range(patience * 20):
        try:
            return urllib.request.urlopen(url).read()
        except urllib.error.HTTPError as error:
            if error.code != 502:
                raise
            select.select([], [], [], 0.05)
    sys.exit(f"{url} is not answered")


def ours(placement, count):
    def command(port, _):
        return [TEXTURE, f'--server-address={{"host":"127.0.0.1","port":{port}}}',
                f'--pool={{"placement":"{placement}","count":{count},"size_of_queue":100000,"responsiveness":"60s"}}']
    return command


def main():
    if not has_tools("wrk"):
        return 77
    for count in (2, 8):
        peers = {f"ours, {count} processes": ours("process", count), f"ours, {count} threads": ours("thread", count),
                 "bare libuv": lambda port, _: [LIMIT, str(port), str(count)]}
        if count == 2 and shutil.which("node") and has_tools("nginx"):
            peers["nginx, 2 Node"] = nginx_before([node_server(TABLE), node_server(TABLE)])
        servers = {name: CountedServer(name, command) for name, command in peers.items()}
        try:
            found = {name: [] for name in servers}
            for server in servers.values():  # a pool lets few wait until it knows how long they take
                first_answer(f"http://127.0.0.1:{server.port}/Xy?x=8&y=8")
            for _ in range(ROUNDS):
                for name, server in servers.items():
                    found[name].append(wrk(server, "/Xy?x=8&y=8", 64, SECONDS))
        finally:
            for server in servers.values():
                server.stop()
        middle = {name: [statistics.median(run[i] for run in runs) for i in (0, 1)] for name, runs in found.items()}
        rate, time = middle[f"ours, {count} processes"]
        for name, (other_rate, other_time) in middle.items():
            print(f"{name:<18} {other_rate:>8.0f} requests/s  {other_time:6.1f} us each"
                  f"   processes: {rate / other_rate:.2f} of its requests, {time / other_time:.2f} of its time")
    return 0


sys.exit(main())
