"""A peer: what the programs of the Python library layer-cake show to others, from layer-cake-protocol(7) alone.

It stands in for such a program where the library itself is not at hand: `import layer_cake` finds layer_cake.py here,
which is this. No more of the library is here than tests need: sessions (wire.py), a program's arguments, its role's files,
its value and its end.
"""
import inspect
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
import uuid

from wire import *  # noqa: F401,F403
from wire import DIRECTORY, HOME, RUNTIME, Fault, Faulted, Message, Session, any_of, text_of

FAULTY = 71

# A program

FLAGS = ("child_process full_output origin home_path role_name debug_level keep_logs directory_scope connect_to_directory "
         "accept_directories_at encrypted_process create_role update_role factory_reset dump_role delete_role").split()
TEXT_FLAGS = "origin home_path role_name debug_level directory_scope".split()


class HostPort:
    signature = "layer_cake.ip_networking.HostPort"
    members = {"host": str, "port": int}


def decode(name, hint, text):
    """A setting's text as its word, or SystemExit by `refuse`."""
    hint = hint if isinstance(hint, type) else str
    if hint is str:
        return text
    word = True if text is None and hint is bool else json.loads(text or "null")
    wanted = dict if hasattr(hint, "signature") else hint
    if word is not None and (not isinstance(word, wanted) or isinstance(word, bool) != (hint is bool)):
        raise ValueError(f'cannot decode value for "{name}" (no transform {type(word).__name__}/{hint.__name__})')
    return word


def signature_of(hint):
    return getattr(hint, "signature", None) or {int: "integer8", float: "float8", str: "unicode", bool: "boolean"}[hint]


class Self:
    """What a main function is given."""

    def __init__(self, program):
        self.program, self.messages, self.return_address = program, queue.Queue(), None

    def input(self, seconds=None):
        """The next message, a Stop among them; None when the time is over."""
        try:
            message = self.messages.get(timeout=seconds)
        except queue.Empty:
            return None
        self.return_address = message.return_address
        return message

    def reply(self, message):
        self.program.session.send(message, self.return_address, [Program.MAIN])

    def publish(self, name, scope, port):
        """Says to the directory above that `name` listens at a port of 127.0.0.1; the connection is kept."""
        place = self.program.flags["connect_to_directory"]
        self.program.directory = Session(socket.create_connection((place["host"], place["port"])))
        self.program.directory.publish(name, scope, {"host": "127.0.0.1", "port": port})

    def log(self, tag, text):
        if not self.program.flags.get("debug_level"):
            return
        now = time.time()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}"
        print(f"[{os.getpid():08d}] {moment} {tag} <00000013>{self.program.main.__name__} - {text}", file=sys.stderr, flush=True)

    def console(self, text):
        self.log("^", text)


class Program:
    MAIN, DIRECTORY = 19, HOME

    def __init__(self, main, arguments):
        self.main, self.flags, self.given, self.words, self.session = main, {}, {}, [], None
        parameters = list(inspect.signature(main).parameters.values())[1:]
        self.hints = {parameter.name: parameter.annotation for parameter in parameters}
        unknown = []
        for argument in arguments:
            name, equals, text = argument.partition("=")
            if not name.startswith("-"):
                self.words.append(argument)
                continue
            name = self.whole_name(name)
            if name in FLAGS:
                self.flags[name] = (text if equals else True) if name in TEXT_FLAGS else json.loads(text) if equals else True
            elif name in self.hints:
                self.given[name] = decode(name.replace("_", "-"), self.hints[name], text if equals else None)
            else:
                unknown.append(name)
        if unknown:
            raise ValueError(f"unknown arguments ({', '.join(unknown)})")
        self.role = self.flags.get("role_name") or os.path.splitext(os.path.basename(sys.argv[0]))[0]
        self.folder = os.path.join(os.path.abspath(self.flags.get("home_path") or ".layer-cake"), "role", self.role)

    def whole_name(self, name):
        """Of --server-address, or of -sa by its initials."""
        if name.startswith("--"):
            return name[2:].replace("-", "_")
        found = [known for known in self.hints if "".join(word[0] for word in known.split("_")) == name[1:]]
        return found[0] if len(found) == 1 else name[1:]

    # The role's files

    def file(self, name):
        return os.path.join(self.folder, name + ".json")

    def load(self, name):
        with open(self.file(name)) as file:
            return json.load(file)["value"]

    def store(self, name, value):
        with open(self.file(name), "w") as file:
            json.dump({"value": value}, file, indent=4, sort_keys=True)

    def settings(self):
        """The stored settings under those on the command line, typed."""
        typed = dict(self.load("settings")) if os.path.exists(self.file("settings")) else {}
        for name, word in self.given.items():
            typed[name] = None if word is None else [signature_of(self.hints[name]), word, []]
        return typed

    def manage(self):
        """What --create-role and the like answer; None without one."""
        response = lambda command, note: Message("layer_cake.object_startup.CommandResponse", {"command": command, "note": note})
        if self.flags.get("create_role"):
            if os.path.exists(self.folder):
                return Faulted(f'cannot create "{self.folder}"', "already exists")
            for folder in ("model", "tmp", "logs", "lock"):
                os.makedirs(os.path.join(self.folder, folder))
            for name, value in (("unique_id", str(uuid.uuid4())), ("executable_file", os.path.abspath(sys.argv[0])),
                                ("log_storage", 268435456), ("start_stop", []), ("settings", list(self.settings().items()))):
                self.store(name, value)
            return response("create-role", ",".join(self.given) or "empty")
        if self.flags.get("update_role"):
            self.store("settings", list(self.settings().items()))
            return response("update-role", ",".join(dict(self.load("settings"))) or "empty")
        if self.flags.get("dump_role"):
            return Message("map<unicode,any>", self.load("settings"))
        return None

    # Its life

    def run(self):
        is_role = self.flags.get("origin", "SHELL") != "SHELL" and os.path.exists(self.file("start_stop"))
        typed = self.settings() if is_role else {name: ["", word, []] for name, word in self.given.items()}
        begun = {"start": moment(), "stop": None, "returned": None}
        if is_role:
            self.store("start_stop", (self.load("start_stop") + [begun])[-16:])
        itself = Self(self)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: itself.messages.put(Message(RUNTIME + "Stop", {})))
        if self.flags.get("directory_scope") == "LIBRARY":
            threading.Thread(target=self.be_library, args=(itself,), daemon=True).start()
        value = self.main(itself, **{name: any_[1] for name, any_ in typed.items() if any_})
        if is_role:
            records = self.load("start_stop")
            records[-1].update(stop=moment(), returned=any_of(value))
            self.store("start_stop", records)
        return value

    def be_library(self, itself):
        """Publishes the main object to the parent, and takes what is sent to it."""
        place = self.flags["connect_to_directory"]
        self.session = Session(socket.create_connection((place["host"], place["port"])))
        self.session.publish(self.role, "PROCESS", {"host": None, "port": None})
        while (got := self.session.receive()) is not None:
            to, message, _ = got
            if message.signature == DIRECTORY + "OpenLibrary":
                answer = {"name": self.role, "scope": "PROCESS", "publisher_address": "a:0", "encrypted": None}
                self.session.send([DIRECTORY + "PublishAs", answer, []], message.return_address, [self.DIRECTORY], {"a:0": [self.MAIN]})
            elif to == [self.MAIN]:
                itself.messages.put(message)

    def put_out(self, value):
        """What is printed at the end; the exit status."""
        status = 0
        if isinstance(value, Fault):
            status = value.exit_status or FAULTY
        document = any_of(value)
        if document is None:
            return status
        if not self.flags.get("full_output"):
            if status:
                print(f"{os.path.basename(sys.argv[0])}: {value.text()}", file=sys.stderr)
                return status
            document = document[1]
        else:
            document = {"value": document}
        print(text_of(document) if self.flags.get("child_process") else json.dumps(document, indent=4, sort_keys=True), flush=True)
        return status


def moment():
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000000) % 1000000:06d}"


def create(main):
    """The life of a program: its arguments, its main function, its value."""
    try:
        program = Program(main, sys.argv[1:])
    except ValueError as wrong:  # a defect of the library that others rely on: the status is 0
        print(text_of({"value": any_of(Faulted(str(wrong)))}))
        sys.exit(0)
    answer = program.manage()
    if answer is not None:
        program.put_out(answer)
        sys.exit(0)
    status = program.put_out(program.run())
    sys.stdout.flush()
    os._exit(status)


def bind(*_, **__):
    """The library registers types; there is nothing to do here."""
