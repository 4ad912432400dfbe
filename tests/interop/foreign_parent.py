"""Starts a program as the Python library's ProcessObject does, and says what it made of it.

foreign_parent.py PROGRAM [--library] [--encrypted] [SETTING...]
"""
import json
import os
import signal
import socket
import subprocess
import sys

from wire import DIRECTORY, Session


def start(program, settings, flags):
    line = [program, *flags, *settings, "--origin=SHELL", "--child-process", "--full-output", "--role-name=parent.child"]
    return subprocess.Popen(line, stdout=subprocess.PIPE)


def library(program, settings):
    """Publishes, is opened, answers; then a Stop, which is a SIGINT."""
    port = socket.create_server(("127.0.0.1", 0))
    place = json.dumps({"host": "127.0.0.1", "port": port.getsockname()[1]})
    child = start(program, settings, ["--directory-scope=LIBRARY", f"--connect-to-directory={place}", "--encrypted-process=false"])
    session = Session(port.accept()[0])
    to, published, book = session.receive()
    assert published.signature == DIRECTORY + "Published", published.signature
    word = published.word
    assert (word["name"], word["scope"]) == ("parent.child", "PROCESS"), word
    session.send([DIRECTORY + "OpenLibrary", {"published_id": word["published_id"], "subscribed_id": None}, []], book[word["home_address"]], [20])
    to, opened, book = session.receive()
    assert to == [20] and opened.signature == DIRECTORY + "PublishAs", (to, opened.signature)
    worker = book[opened.word["publisher_address"]]
    delivered = {"name": "parent.child", "scope": "PROCESS", "route_id": word["published_id"], "subscribed_id": word["published_id"],
                 "published_id": word["published_id"], "subscriber_address": "a:0", "opened_at": "2026-11-23T00:36:31.878846"}
    session.send([DIRECTORY + "Delivered", delivered, []], worker, [20], {"a:0": [20]})
    for i in range(100):
        session.send(["family.Add", {"a": i, "b": 2}, []], worker, [30 + i])
    for i in range(100):
        to, answer, book = session.receive()
        assert (to, answer.signature, answer.word["of"]) == ([30 + i], "family.Sum", i + 2), (to, answer.word)
    print("100 answers", flush=True)
    if "--start=5" in settings:
        session.send(["family.Text", {"text": "enough"}, []], worker, [20])
    else:
        os.kill(child.pid, signal.SIGINT)
    return child


arguments = sys.argv[1:]
program, settings = arguments[0], [a for a in arguments[1:] if a not in ("--library",)]
child = library(program, settings) if "--library" in arguments else start(program, settings, [])
output = child.communicate(timeout=30)[0].decode()
print(output, end="")
print("status", child.returncode)
