#!/usr/bin/env python3
"""Pools behind HTTP under more load than they can answer, by placement: two workers, 5 ms a request, answers wanted within 100 ms.

usage: overload_http.py LAYER_CAKE SLOW_SERVICE [SECONDS]

`layer-cake load` offers 0.5 to 10 times the capacity, whether answered or not; goodput is the answers within the 100 ms, or of
clients that try again all answers: those come later for the pauses between. The capacity is what two clients that wait for each
answer get.
"""
import json
import os
import socket
import subprocess
import sys
import time

LAYER_CAKE, SERVICE = (os.path.abspath(path) for path in sys.argv[1:3])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
WITHIN = 0.1


class Service:
    def __init__(self, placement):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/Work?number=1"
        self.process = subprocess.Popen(
            [SERVICE, f'--server-address={{"host":"127.0.0.1","port":{port}}}',
             f'--pool={{"placement":"{placement}","count":2,"responsiveness":"{WITHIN * 1000:.0f}ms","size_of_queue":1000}}'],
            stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit("the service does not listen")

    def load(self, *options):
        out = subprocess.run([LAYER_CAKE, "load", self.url, f"--duration={SECONDS}s", f"--within={WITHIN}s", "-o", "json",
                              *options], capture_output=True, text=True).stdout
        return json.loads(out)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def milliseconds(latency, quantile):
    return f"{latency[quantile] * 1000:.1f}" if latency else "-"


def main():
    for placement in ("process", "thread"):
        service = Service(placement)
        try:
            capacity = service.load("--clients=2")["good"]["per_second"]
            print(f"{placement}: {capacity:.0f} requests/s\n"
                  f"  {'offered':<16}{'goodput':>8}{'p50 ms':>9}{'p99 ms':>9}{'refused':>9}{'p99 ms':>9}")
            for times, retries in ((0.5, 0), (1, 0), (2, 0), (5, 0), (10, 0), (2, 3)):
                report = service.load(f"--rate={capacity * times:.0f}", f"--retries={retries}")
                refused = report["answers"]["count"] - report["success"]["count"]
                good = report["success" if retries else "good"]["per_second"]
                print(f"  {times:>4}x{', 3 retries' if retries else '':<11}{good / capacity:>8.2f}"
                      f"{milliseconds(report['latency'], 'p50'):>9}{milliseconds(report['latency'], 'p99'):>9}"
                      f"{refused:>9}{milliseconds(report['refusal_latency'], 'p99'):>9}", flush=True)
        finally:
            service.stop()
    return 0


sys.exit(main())
