"""What a peer in another language may send, and what of it comes back: the program sends every message back.

sessions.py MIRROR
"""
import json
import signal
import socket
import subprocess
import sys
import time

from messages import messages
from wire import LISTEN, SODIUM, Session, frame, text_of

# By nobody else than the runtime: of ports and connections, lives and timers.
NOT_TAKEN = {
    *(LISTEN + name for name in "Accepted Close Closed Connected Listening NotConnected NotListening".split()),
    *("layer_cake.point_runtime." + name for name in "Returned Start Stop".split()),
    *("layer_cake.virtual_point." + name for name in "CancelTimer SelectTimer StartTimer T1 T2 T3 T4".split()),
}
server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
port = int(server.stdout.readline())
done = 0


def connect():
    return Session(socket.create_connection(("127.0.0.1", port), timeout=10))


def check(name, got, wanted):
    global done
    if got != wanted:
        server.kill()
        sys.exit(f"{name}: wanted {wanted}, got {got}")
    done += 1


def back(session):
    got = session.receive()
    return got and (got[0], got[1].signature, got[1].word)


def values():
    session = connect()
    for value in (["wire_api.Inner", {"n": 5, "label": "té"}, []],
                  ["layer_cake.point_runtime.Ack", {}, []],
                  ["integer8", -7, []], ["float8", 1.5, []], ["unicode", "a\u2028b", []], ["boolean", True, []],
                  ["vector<vector<float8>>", [[1.0, 2.0]], []],
                  ["uuid", "00112233-4455-6677-8899-aabbccddeeff", []], ["world", "2026-11-23T00:36:31.878846", []],
                  ["no.such.Type", {"deep": [1, {"x": None}]}, []], ["map<unicode,no.such.Type>", [["k", {"a": 1}]], []]):
        session.send(value, back=[19])
        check(f"value {value[0]}", back(session), ([19], value[0], value[1]))
    # members may be missing, null, unknown and in any order
    session.send(["wire_api.Inner", {"more": 1, "label": None}, []], back=[19])
    check("members", back(session), ([19], "wire_api.Inner", {"n": 0, "label": None}))
    session.socket.sendall(frame([7], [19], b"\x00\x01 raw \n\xff", tunnel=True))
    check("tunnel", back(session), ([19], "block", b"\x00\x01 raw \n\xff"))
    session.socket.sendall(frame([7], [19], b"", tunnel=True))
    check("empty tunnel", back(session), ([19], "block", b""))


# Members of ours beyond those of the library, which passes over what it does not know.
OF_OURS = {"DirectoryListing": {"rest"}, "ListDirectory": {"passed"}}


def every_message():
    """Each message of the library comes back with all its members; but for those that only the runtime may say."""
    session = connect()
    for signature, members in messages():
        if signature.startswith(LISTEN) and signature.rpartition(".")[2] in ("Diffie", "Hellman", "KeepAlive", "StillThere"):
            continue  # of the connection itself: see below
        word = {member: None for member in members}
        for given in (word, {}):
            session.send([signature, given, []], back=[19])
        session.send(["integer8", 1, []], back=[19])
        got = []
        while not got or got[-1][1] != "integer8":
            got.append(back(session))
        if signature in NOT_TAKEN:
            check(f"{signature} is not taken", len(got), 1)
            continue
        check(signature, [one[1] for one in got[:-1]], [signature, signature])
        ours = OF_OURS.get(signature.rpartition(".")[2], set())
        check(f"{signature} has its members", set(got[0][2]), set(members) | ours)


def addresses():
    session = connect()
    word = {"a": 5, "where": "key:0", "again": "key:1", "nobody": "key:2"}
    session.send(["no.such.Hidden", word, []], back=[19], addresses={"key:0": [19], "key:1": [19, 23], "key:2": [0]})
    to, message, book = session.receive()
    check("an unknown type keeps its keys", message.word, word)
    check("addresses come home", (to, book["key:0"], book["key:1"]), ([19], [19], [19, 23]))
    # the address of the mirror itself, got by an answer, is good for another question
    session.send(["wire_api.Inner", {"n": 1}, []], message.return_address, back=[31])
    check("an address that came", back(session)[:2], ([31], "wire_api.Inner"))


def pointers():
    session = connect()
    table = [["1100:u", ["wire_api.Inner", {"n": 1, "label": "shared"}, []]], ["1101:u", ["wire_api.Inner", {"n": 2, "label": "two"}, []]]]
    for name in ("wire_api.Graph", "no.such.Graph"):
        value = [name, {"root": "1100:u", "nodes": ["1100:u", "1100:u", "1101:u"]}, ["1101:u", "1100:u"]]
        session.socket.sendall(frame([7], [19], text_of({"value": value, "pointer": table})))
        to, message, _ = session.receive()
        check(f"{name} comes back", message.signature, name)
        aliases = [message.word["root"], *message.word["nodes"]]
        check(f"{name} is shared", [aliases.index(alias) for alias in aliases], [0, 0, 0, 3])


def fragments():
    whole = frame([7], [19], text_of({"value": ["wire_api.Inner", {"n": 3, "label": None}, []]}))
    session = connect()
    for cut in range(1, len(whole)):
        session.socket.sendall(whole[:cut])
        session.socket.sendall(whole[cut:])
        check(f"cut at {cut}", back(session), ([19], "wire_api.Inner", {"n": 3, "label": None}))
    session.socket.sendall(whole * 50)
    for _ in range(50):
        check("many at once", back(session)[0], [19])
    # laid out otherwise, with leading zeros
    header, body, book = (json.dumps(part, indent=1).encode() for part in (
        {"value": {"return_address": [19], "to_address": [7], "extra": 1}}, {"value": ["integer8", 1, []]}, {"value": []}))
    session.socket.sendall(b"%05d,%d,%d\n" % (len(header), len(body), len(header + body + book)) + header + body + book + b"\n")
    check("pretty printed", back(session), ([19], "integer8", 1))


def broken():
    body = text_of({"value": ["integer8", 1, []]})
    good = frame([7], [19], body)
    empty = b'{"value":[]}'
    wrong = {
        "letters": b"a,b,c\n", "two sizes": b"66,49\n", "a sign": b"+1,2,3\n", "CR": good.replace(b"\n", b"\r\n", 1), "too long": b"1" * 24,
        "header beyond": b"70,10,60\n", "too large": b"10,10,1048577\n", "no end": good[:-1] + b"x",
        "no JSON": frame([7], [19], "{"), "no value": frame([7], [19], "{}"), "a float for an integer": frame([7], [19], text_of({"value": ["integer8", 1.5, []]})),
        "an integer for a float": frame([7], [19], text_of({"value": ["float8", 1, []]})),
        "no return address": b"33,%d,%d\n" % (len(body), 33 + len(body) + len(empty)) + b'{"value":{"to_address":[7]}}     ' + body.encode() + empty + b"\n",
        "deep": frame([7], [19], '{"value":["word",' + "[" * 100000 + "]" * 100000 + ",[]]}"),
        "a dangling pointer": frame([7], [19], text_of({"value": ["wire_api.Graph", {"root": "1:u"}, ["1:u"]]})),
    }
    for name, data in wrong.items():
        session = connect()
        session.socket.sendall(data)
        try:
            check(name, session.receive(), None)
        except ConnectionResetError:
            check(name, None, None)
    session = connect()
    session.socket.sendall(good)
    check("others are served", back(session), ([19], "integer8", 1))


def keep_alive():
    session = connect()
    begun = time.monotonic()
    session.send([LISTEN + "KeepAlive", {"seconds": 0.3}, []], back=[21])
    to, message, _ = session.receive()
    check("keep-alive", (to, message.signature, 0.25 < time.monotonic() - begun < 5), ([21], LISTEN + "StillThere", True))
    session.send([LISTEN + "StillThere", {"seconds": 0.1}, []], message.return_address, back=[21])
    check("its turn again", session.receive()[1].signature, LISTEN + "StillThere")


def encrypted():
    if not SODIUM:
        return print("libsodium is not there: no encryption was tried")
    session = connect()
    session.offer_encryption()
    for number in range(3):
        session.send(["wire_api.Inner", {"n": number, "label": None}, []], back=[19])
        check("encrypted", back(session), ([19], "wire_api.Inner", {"n": number, "label": None}))
    # in pieces, as anything else
    whole = session.cipher.seal(frame([7], [19], text_of({"value": ["integer8", 1, []]})))
    for cut in range(1, len(whole)):
        session.socket.sendall(whole[:cut])
        session.socket.sendall(whole[cut:])
        check(f"encrypted, cut at {cut}", back(session), ([19], "integer8", 1))
        whole = session.cipher.seal(frame([7], [19], text_of({"value": ["integer8", 1, []]})))
    session.socket.sendall(whole[:-2] + bytes([whole[-2] ^ 1]) + b"\n")
    check("a forged frame", session.receive(), None)


for part in (values, every_message, addresses, pointers, fragments, broken, keep_alive, encrypted):
    part()
server.send_signal(signal.SIGINT)
check("the end", server.wait(10), 0)
print(f"{done} checks")
