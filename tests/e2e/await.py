#!/usr/bin/env python3
"""await.py HOME EXPRESSION [SECONDS] - reads the events of a running group until the expression holds.

`r` maps a role's name to its status, `group` is the group's; members are attributes. Fails after 20 seconds, or when the
group ends without it.
"""
import http.client
import json
import os
import socket
import sys
import time


class Facts(dict):
    __getattr__ = dict.__getitem__


def facts(text):
    return json.loads(text, object_hook=Facts)


class Control(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        folder = os.open(home, os.O_PATH)
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/control.sock")
        finally:
            os.close(folder)


home, expression = sys.argv[1:3]
patience = float(sys.argv[3]) if len(sys.argv) > 3 else 20
end = time.monotonic() + patience
control = Control("localhost", timeout=patience)
control.request("GET", "/events")
answer = control.getresponse()
roles, group = {}, None
try:
    while time.monotonic() < end:
        line = answer.readline()
        if not line:
            break
        event = facts(line)
        if event.event == "snapshot":
            roles = {role.name: role for role in event.status.processes}
            group = event.status.group
        elif event.event == "role":
            roles[event.role.name] = event.role
        if event.event != "end" and eval(expression, {"r": roles, "group": group}):
            sys.exit(0)
except (TimeoutError, socket.timeout):
    pass
sys.exit(f"never became true: {expression}\n" + "\n".join(f"{role.name}: {dict(role)}" for role in roles.values()))
