"""The same HTTP requests as a service of the Python library was sent, and what it said; ours says the same, or what stands
beside it, for a reason that layer-cake-protocol(7) gives.

http_cases.py ECHO
"""
import json
import os
import signal
import socket
import subprocess
import sys

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
JSON = "Content-Type: application/json\r\n"
CLIENT = "User-Agent: Layer-Cake-API-client/1.0\r\n"  # sends no Host, and never gets an answer with a long phrase
POST_OF_CLIENT = f"POST /Inner HTTP/1.1\r\n{CLIENT}Content-Length: 17\r\n{JSON}\r\n"
GET_OF_CLIENT = f"GET /Other?mode=busy HTTP/1.1\r\n{CLIENT}Content-Length: 0\r\n{FORM}\r\n"


def get(path, headers=""):
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"


def post(path, content_type, body):
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{content_type}Content-Length: {len(body)}\r\n\r\n{body}"


def inner(n, label=None):
    return 200, {"value": ["wire_api.Inner", {"n": n, "label": label}, []]}


def fault(status, condition="c", explanation="e", code=None, name="Faulted"):
    word = {"condition": condition, "explanation": explanation, "error_code": code, "exit_status": None}
    return status, {"value": [f"layer_cake.point_runtime.{name}", word, []]}


# name, request, what Python says (status, body; a body of None is not looked at), what ours says where that differs
CASES = [
    ("query", get("/Inner?n=5&label=hello+world%21"), inner(5, "hello world!"), None),
    ("path before the name", get("/a/b/Inner?n=5"), inner(5), None),
    ("bare question mark", get("/Inner?"), inner(0), None),
    ("no query", get("/Inner"), (400, None), inner(0)),
    ("other method", get("/Inner?n=5").replace("GET", "DELETE"), inner(5), (405, None)),
    ("form", post("/Inner", FORM, "n=6&label=x%20y"), inner(6, "x y"), None),
    ("empty form", post("/Inner", FORM, ""), inner(0), None),
    ("form, trailing ampersand", post("/Inner", FORM, "n=6&"), (400, None), inner(6)),
    ("form, with a parameter", post("/Inner", FORM.replace("\r", "; charset=utf-8\r"), "n=6"), (400, None), inner(6)),
    ("headers in lower case", post("/Inner", FORM.lower(), "n=6").replace("Content-L", "content-l"), (400, None), inner(6)),
    ("JSON", post("/Inner", JSON, '{"value":{"n":7,"label":"j"}}'), inner(7, "j"), None),
    ("JSON, the object itself", post("/Inner", JSON, '{"n":7}'), (400, None), inner(7)),
    ("JSON, no body", post("/Inner", JSON, "").replace("Content-Length: 0\r\n", ""), inner(0), None),
    ("another content type", post("/Inner", "Content-Type: text/plain\r\n", "hi"), (400, None), (415, None)),
    ("unknown name", get("/Nope"), (400, None), (404, None)),
    ("root", get("/"), (400, None), (404, None)),
    ("unknown member", get("/Inner?zz=1"), (400, None), None),
    ("bad value", get("/Inner?n=abc"), (400, None), None),
    ("member without a value", get("/Inner?n"), (400, None), None),
    ("all kinds of members",
     get("/Other?flag=true&text=&f=1.5&when=2025-01-02T03:04:05&colour=RED&many=%5B1,2%5D&inner=%7B%22n%22:3%7D&blob=AQI="
         "&named=%5B%5B%22a%22,1%5D%5D"),
     (200, {"value": ["wire_api.Other", {"text": "", "f": 1.5, "flag": True, "when": "2025-01-02T03:04:05", "colour": "RED",
                                         "many": [1, 2], "inner": {"n": 3, "label": None}, "blob": "AQI=", "named": [["a", 1]],
                                         "mode": None}, []]}), None),
    ("fault", get("/Other?mode=faulted"), fault(500), None),
    ("fault 404", get("/Other?mode=faulted404"), fault(404, code=404), None),
    ("fault 302", get("/Other?mode=faulted302"), fault(302, code=302), None),
    ("fault 99", get("/Other?mode=faulted99"), fault(500, code=99), None),
    ("fault 777", get("/Other?mode=faulted777"), fault(500, code=777), None),
    ("busy", get("/Other?mode=busy"), fault(500, "busy", "why", name="Busy"), fault(503, "busy", "why", name="Busy")),
    ("out of service", get("/Other?mode=outofservice"), (500, None), (503, None)),
    ("a table", get("/Other?mode=table"), (200, {"value": ["vector<vector<float8>>", [[1.0]], []]}), None),
    ("a response of its own", get("/Other?mode=text"), (201, "plain words"), None),
    ("an empty response", get("/Other?mode=empty"), (204, ""), None),
    ("a blank line first", "\r\n" + get("/Inner?n=1"), inner(1), None),
    ("no blank behind a colon", get("/Inner?n=1").replace("Host: ", "Host:"), None, inner(1)),
    ("a long header", get("/Inner?n=1", "X: " + "v" * 1025 + "\r\n"), None, inner(1)),
    ("an empty header", get("/Inner?n=1", "X:\r\n"), None, inner(1)),
    ("a long path", get("/Inner?n=1" + "&" * 8192), None, (414, None)),
    ("chunked", "POST /Inner HTTP/1.1\r\nHost: x\r\n" + FORM + "Transfer-Encoding: chunked\r\n\r\n3\r\nn=6\r\n0\r\n\r\n", inner(0), inner(6)),
    ("expectation", post("/Inner", FORM + "Expect: 100-continue\r\n", "n=6"), inner(6), None),
    ("bad length", "POST /Inner HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", None, (400, None)),
    ("negative length", "POST /Inner HTTP/1.1\r\nHost: x\r\n" + FORM + "Content-Length: -5\r\n\r\n", inner(0), (400, None)),
    ("the library's own client", POST_OF_CLIENT + '{"value":{"n":7}}', inner(7), None),
    ("an answer for that", GET_OF_CLIENT, (500, None), (503, None)),
    ("no host", "GET /Inner?n=1 HTTP/1.1\r\n\r\n", inner(1), (400, None)),
    ("lines without CR", get("/Inner?n=1").replace("\r\n", "\n"), inner(1), (400, None)),
    ("text that is not ASCII", get("/Inner?label=%C3%A9"), inner(0, "é"), None),
]


def ask(port, request):
    """The status, the headers in lower case and the body of the answer; None when the connection is closed without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode())
        stream = connection.makefile("rb")
        while True:
            first = stream.readline().decode()
            if not first:
                return None
            headers = {}
            while (line := stream.readline().decode().strip()):
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            status = int(first.split()[1])
            if CLIENT in request and len(first.split(" ", 2)[2].rstrip("\r\n")) > 16:
                return None
            if status != 100:
                return status, headers, stream.read(int(headers.get("content-length", 0))).decode()


def main():
    server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    wrong = same = 0
    for name, request, theirs, ours in CASES:
        status, body = ours or theirs
        got = ask(port, request)
        said = json.loads(got[2]) if got and isinstance(body, dict) and got[2] else got and got[2]
        fits = got is not None and got[0] == status and (body is None or said == body)
        if fits and isinstance(body, dict):
            fits = got[1]["content-type"].startswith("application/json") and "date" in got[1]
        same += ours is None
        if not fits:
            wrong += 1
            print(f"{name}: wanted {status} {body}, got {got}")
    server.send_signal(signal.SIGINT)
    server.wait()
    print(f"{len(CASES)} requests: {same} answered as Python does, {len(CASES) - same} otherwise, {wrong} wrong")
    sys.exit(wrong != 0)


main()
