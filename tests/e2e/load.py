#!/usr/bin/env python3
"""load.py URL CLIENTS RATE [WHILE_PID | COUNT] - requests at a steady rate from several clients with kept connections.

Until COUNT requests are sent or the process WHILE_PID is gone ("pid:N"). Prints how often each status came, as JSON;
"lost" counts connections that gave no answer, "slowest" is in milliseconds: of 200s and of the others.
"""
import collections
import http.client
import itertools
import json
import os
import sys
import threading
import time
from urllib.parse import urlsplit

url, clients, rate, end = urlsplit(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
count = None if end.startswith("pid:") else int(end)
pid = None if count else int(end[4:])
statuses, slowest = collections.Counter(), collections.defaultdict(float)
lock, tickets, begun = threading.Lock(), itertools.count(), time.monotonic()
tick = threading.Event()


def on():
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def client():
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    while True:
        with lock:
            number = next(tickets)
        if number >= count if count else not on():
            return
        tick.wait(max(0, begun + number / rate - time.monotonic()))
        at = time.monotonic()
        try:
            connection.request("GET", f"{url.path}?{url.query}")
            answer = connection.getresponse()
            answer.read()
            status = str(answer.status)
        except (OSError, http.client.HTTPException):
            status = "lost"
            connection.close()
        took = 1000 * (time.monotonic() - at)
        with lock:
            statuses[status] += 1
            kind = "200" if status == "200" else "others"
            slowest[kind] = max(slowest[kind], took)


threads = [threading.Thread(target=client) for _ in range(clients)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({**statuses, "slowest": {k: round(v) for k, v in slowest.items()}}))
