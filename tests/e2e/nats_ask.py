#!/usr/bin/env python3
"""nats_ask.py PORT SUBJECT TEXT [COUNT] - asks as a program of NATS does, COUNT times at once, and prints the answers as they
come: the body, or the code of an error and its text. With $SRV.PING and such it prints the answers of all services.
"""
import socket
import sys

port, subject, text = int(sys.argv[1]), sys.argv[2], sys.argv[3].encode()
count = int(sys.argv[4]) if len(sys.argv) > 4 else 1
connection = socket.create_connection(("127.0.0.1", port), timeout=30)
stream = connection.makefile("rb")
assert stream.readline().startswith(b"INFO ")
connection.sendall(b'CONNECT {"verbose":false,"headers":true,"no_responders":true,"lang":"test","version":"0"}\r\nSUB answers.* 1\r\n')
for number in range(count):
    connection.sendall(b"PUB %s answers.%d %d\r\n%s\r\n" % (subject.encode(), number, len(text), text))
while count:
    words = stream.readline().split()
    if words[0] == b"PING":
        connection.sendall(b"PONG\r\n")
    elif words[0] == b"MSG":
        print(stream.read(int(words[-1])).decode().strip())
        stream.readline()
        count -= 1
    elif words[0] == b"HMSG":
        head, rest = stream.read(int(words[-2])).decode(), stream.read(int(words[-1]) - int(words[-2]))
        stream.readline()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        print(fields.get("Nats-Service-Error-Code", head.split()[1] if len(head.split()) > 1 else ""), fields.get("Nats-Service-Error", "no responders"))
        count -= 1
    elif words[0] == b"-ERR":
        sys.exit(" ".join(word.decode() for word in words))
