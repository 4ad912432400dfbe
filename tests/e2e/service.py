#!/usr/bin/env python3
"""service.py GATE COMMAND... - runs the command as a service manager does and prints what it is told.

Opens the gate, waits for READY=1, sends SIGTERM, and expects STOPPING=1 and exit status 0 or 143.
"""
import os
import socket
import subprocess
import sys
import tempfile

gate, command = sys.argv[1], sys.argv[2:]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "notify")
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(path)
    process = subprocess.Popen(command, env=dict(os.environ, NOTIFY_SOCKET=path), stdout=sys.stderr)

    def until(wanted, seconds=20):
        heard.settimeout(seconds)
        while True:
            text = heard.recv(4096).decode()
            print(text, flush=True)
            if wanted in text.splitlines():
                return

    with open(gate, "w") as writer:
        # The gate is open for reading, so the role runs, and it is not ready.
        heard.setblocking(False)
        try:
            while True:
                text = heard.recv(4096).decode()
                if "READY=1" in text.splitlines():
                    sys.exit("ready before its role: " + text)
        except BlockingIOError:
            pass
        heard.setblocking(True)
        writer.write("go\n")
    until("READY=1")
    process.terminate()
    until("STOPPING=1")
    status = process.wait(20)
    if status not in (0, 143, -15):
        sys.exit(f"exit status {status}")
