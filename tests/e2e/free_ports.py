#!/usr/bin/env python3
"""free_ports.py N - N ports on which nobody listens, in one run of numbers.

They lie below the range from which the kernel picks ports for outgoing connections and for port 0, so that nobody else is
handed one of them between now and their use.
"""
import random
import socket
import sys

count = int(sys.argv[1])
with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as limits:
    top = max(20000, int(limits.read().split()[0]))
for _ in range(1000):
    first = random.randrange(10000, top - count)
    sockets = []
    try:
        for port in range(first, first + count):
            sockets.append(socket.socket())
            sockets[-1].bind(("127.0.0.1", port))
    except OSError:
        continue
    finally:
        for one in sockets:
            one.close()
    print(*range(first, first + count))
    sys.exit(0)
sys.exit("no free ports")
