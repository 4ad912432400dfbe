#!/bin/sh
# A role is ready when its check says so: a port, an URL, a command, a line, sd_notify, a descriptor.
set -eu
. "$(dirname "$0")/lib.sh"
port=$(free_port)
cat > notify.py <<'P'
import os, signal, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
address = os.environ["NOTIFY_SOCKET"]
s.connect("\0" + address[1:] if address.startswith("@") else address)
s.send(b"STATUS=warming up\nREADY=1")
signal.pause()
P
cat > layer-cake.yaml <<Y
roles:
  web: {command: [python3, -m, http.server, --bind, 127.0.0.1, "$port"], ready: {tcp_socket: "127.0.0.1:$port", timeout: 20s}}
  url: {command: [tail, -f, /dev/null], ready: {http_get: "http://127.0.0.1:$port/", timeout: 20s}}
  command: {command: [tail, -f, /dev/null], ready: {exec: [test, -d, /], timeout: 20s}}
  line: {command: 'echo booting; echo listening on 80; exec tail -f /dev/null', ready: {log_line: 'listening on [0-9]+'}}
  notify: {command: [python3, notify.py], ready: {notify: true, timeout: 20s}}
  fd: {command: 'echo >&5; exec tail -f /dev/null', ready: {fd: 5}}
  never: {command: [tail, -f, /dev/null], ready: {exec: [test, -d, /nowhere], period: 20ms, timeout: 200ms}}
Y
cake up --detach
cake wait web url command line notify fd --for=ready --timeout=30s
expect_in 'warming up' "$(cake status -o json)"
expect_status 1 cake wait never --for=ready --timeout=20s
expect_in 'not ready' "$(cake history never -o json)"
