"""What a peer says to others over a connection, from layer-cake-protocol(7) alone: values, frames, encryption, sessions."""
import base64
import ctypes
import ctypes.util
import json
import os
import socket
import uuid

RUNTIME = "layer_cake.point_runtime."
DIRECTORY = "layer_cake.object_directory."
LISTEN = "layer_cake.listen_connect."
HOME = 16  # the number of the directory of a process
SODIUM = ctypes.util.find_library("sodium")


class Fault:
    """A value of the Faulted family; its class is its name."""

    def __init__(self, name, condition, explanation=None, exit_status=None):
        self.name, self.exit_status = name, exit_status
        self.word = {"condition": condition, "explanation": explanation, "error_code": None, "exit_status": exit_status}

    def text(self):
        explanation = self.word["explanation"]
        return self.word["condition"] + (f" ({explanation})" if explanation else "")


def Faulted(condition="fault", explanation=None, exit_status=None):
    return Fault(RUNTIME + "Faulted", condition, explanation, exit_status)


def Aborted():
    return Fault(RUNTIME + "Aborted", "aborted", "user or software interrupt")


class Message:
    """A message: a signature and a word, with where it came from."""

    def __init__(self, signature, word, return_address=None):
        self.signature, self.word, self.return_address = signature, word, return_address


def any_of(value):
    """The [signature, word, aliases] of a value."""
    if value is None:
        return None
    if isinstance(value, Fault):
        return [value.name, value.word, []]
    if isinstance(value, Message):
        return [value.signature, value.word, []]
    for kind, signature in ((bool, "boolean"), (int, "integer8"), (float, "float8"), (str, "unicode")):
        if isinstance(value, kind):
            return [signature, value, []]
    return [RUNTIME + type(value).__name__, vars(value), []]


def text_of(document):
    return json.dumps(document, separators=(",", ":"))


# Frames and sessions


def frame(to, back, body, book=(), tunnel=False):
    """The bytes of a frame; `body` is text of a shipment, or bytes for a tunnel."""
    header = text_of({"value": {"to_address": to, "return_address": back, "tunnel": tunnel}}).encode()
    body = body if tunnel else body.encode()
    addresses = text_of({"value": [list(entry) for entry in book]}).encode()
    sizes = f"{len(header)},{len(body)},{len(header) + len(body) + len(addresses)}\n".encode()
    return sizes + header + body + addresses + b"\n"


def read_frame(stream, cipher=None):
    """(header, body bytes, book) of the next frame; None at the end."""
    line = stream.readline(64)
    if not line:
        return None
    header, body, whole = (int(size) for size in line.split(b","))
    content = stream.read(whole)
    if stream.read(1) != b"\n":
        raise ValueError("a frame without its end")
    if cipher:
        content = cipher.open(content)
    return json.loads(content[:header])["value"], content[header : header + body], json.loads(content[header + body :])["value"]


class Cipher:
    """NaCl's crypto_box, with keys made for one connection. SODIUM has to be there."""

    def __init__(self):
        self.sodium = ctypes.CDLL(SODIUM)
        public, self.secret, self.theirs = (ctypes.create_string_buffer(32) for _ in range(3))
        self.sodium.crypto_box_keypair(public, self.secret)
        self.public = base64.b64encode(public.raw).decode()

    def agree(self, public_key):
        self.theirs.raw = base64.b64decode(public_key)

    def seal(self, plain):
        """A frame with its content encrypted."""
        sizes, _, rest = plain.partition(b"\n")
        content, nonce = rest[:-1], os.urandom(24)
        sealed = ctypes.create_string_buffer(len(content) + 16)
        self.sodium.crypto_box_easy(sealed, content, ctypes.c_ulonglong(len(content)), nonce, self.theirs, self.secret)
        header, body, _ = sizes.split(b",")
        return b"%s,%s,%d\n" % (header, body, len(content) + 40) + nonce + sealed.raw + b"\n"

    def open(self, sealed):
        """The content of a frame as it was."""
        content = ctypes.create_string_buffer(len(sealed) - 40)
        size = ctypes.c_ulonglong(len(sealed) - 24)
        if self.sodium.crypto_box_open_easy(content, sealed[24:], size, sealed[:24], self.theirs, self.secret) != 0:
            raise ValueError("a frame that is not authentic")
        return content.raw


class Session:
    """A connection: an object here is one number, the far side is reached through `proxy`."""

    def __init__(self, connected, proxy=7):
        self.socket = connected
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = connected.makefile("rb")
        self.proxy = proxy
        self.cipher = None

    def write(self, plain):
        """A frame."""
        self.socket.sendall(self.cipher.seal(plain) if self.cipher else plain)

    def read(self):
        """(header, body bytes, book) of the next frame; None at the end."""
        return read_frame(self.stream, self.cipher)

    def offer_encryption(self):
        """As the side that connects."""
        cipher = Cipher()
        self.send([LISTEN + "Diffie", {"public_key": cipher.public}, []], back=[15])
        hellman = self.receive()[1]
        if hellman.signature != LISTEN + "Hellman":
            raise ValueError(f"{hellman.signature} instead of Hellman")
        cipher.agree(hellman.word["public_key"])
        self.cipher = cipher

    def accept_encryption(self):
        """As the side that accepts."""
        cipher = Cipher()
        diffie = self.receive()[1]
        if diffie.signature != LISTEN + "Diffie":
            raise ValueError(f"{diffie.signature} instead of Diffie")
        cipher.agree(diffie.word["public_key"])
        self.send([LISTEN + "Hellman", {"public_key": cipher.public}, []], back=[15])
        self.cipher = cipher

    def received(self, address):
        """An address as it is held here."""
        if address is None:
            return None
        return address[:-1] or [1] if address[-1] == 0 else address + [self.proxy]

    def sent(self, address):
        return address[:-1] + [0] if address[-1] == self.proxy else address

    def send(self, message, to=(), back=(1,), addresses=None):
        """`addresses` are the values of address members, by the keys that stand in the word."""
        body = text_of({"value": message if isinstance(message, list) else any_of(message)})
        book = [(key, self.sent(list(address))) for key, address in (addresses or {}).items()]
        self.write(frame(list(to) or [self.proxy], self.sent(list(back)), body, book))

    def publish(self, name, scope, place):
        """To the directory at the far end, from the directory of this process."""
        listing = {"name": name, "scope": scope, "encrypted": None, "published_id": str(uuid.uuid4()), "listening_ipp": place,
                   "home_address": "a:0"}
        home = [HOME]
        self.send([DIRECTORY + "Published", listing, []], back=home, addresses={"a:0": home})

    def receive(self):
        """(object that it is for, Message, book as held here); None at the end."""
        got = self.read()
        if got is None:
            return None
        header, body, book = got
        to = header["to_address"][:-1]
        book = {key: self.received(address) for key, address in book}
        back = self.received(header["return_address"])
        if header.get("tunnel"):
            return to, Message("block", body, back), book
        value = json.loads(body)["value"] or ["any", None, []]
        return to, Message(value[0], value[1], back), book
