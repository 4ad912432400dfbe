#!/usr/bin/env python3
"""load_generator.py LAYER_CAKE [SECONDS] [RUNS] - what `load` costs for each request beside wrk, and how exact its times are.

nginx on one core answers 1 KB from a file; each generator has the other one, 64 connections, in turn.
"""
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

program, seconds, runs = sys.argv[1], int((sys.argv + ["", "", "3"])[2] or 3), int((sys.argv[3:4] or ["3"])[0])
nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
if not nginx or not shutil.which("wrk"):
    sys.exit("nginx and wrk are needed")
cores = sorted(os.sched_getaffinity(0))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def used():
    times = os.times()
    return times.children_user + times.children_system


def run(*command):
    """What it prints, and the seconds of processor time it took."""
    before = used()
    text = subprocess.run(["taskset", "-c", str(cores[-1]), *command], check=True, capture_output=True, text=True).stdout
    return text, used() - before


with tempfile.TemporaryDirectory() as folder:
    port = free_port()
    with open(f"{folder}/index.html", "w") as file:
        file.write("x" * 1024)
    os.chmod(folder, 0o755)
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log; events {{}}"
                   f"http {{ access_log off; keepalive_requests 100000000; {paths}"
                   f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}")
    server = subprocess.Popen(["taskset", "-c", str(cores[0]), nginx, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/log"])
    try:
        url = f"http://127.0.0.1:{port}/"
        while subprocess.run(["curl", "-sf", "-o", "/dev/null", url]).returncode:
            if server.poll() is not None:
                sys.exit("nginx has ended")
        ours, theirs, rates, lags = [], [], [], []
        for _ in range(runs):
            text, time = run("wrk", "-t1", "-c64", f"-d{seconds}s", url)
            count = int(re.search(r"(\d+) requests in", text)[1])
            theirs.append(time / count * 1e6)
            text, time = run(program, "load", url, "--clients=64", f"--duration={seconds}s", "-o", "json")
            mine = json.loads(text)["answers"]["count"]
            ours.append(time / mine * 1e6)
            rates.append(mine / count)
            text, _ = run(program, "load", url, "--rate=1000", f"--duration={seconds}s", "-o", "json")
            lags.append(json.loads(text)["generator"]["lag"]["p50"] * 1e6)
        ratio = statistics.median(a / b for a, b in zip(ours, theirs))
        print(f"processor time of a request: load {statistics.median(ours):.1f} us, wrk {statistics.median(theirs):.1f} us, "
              f"ratio {ratio:.2f}; requests/s by wrk's {statistics.median(rates):.2f}")
        print(f"open loop at 1000/s: sent {statistics.median(lags):.0f} us after it was due (median)")
    finally:
        server.terminate()
        server.wait()
