"""Conversations between processes of the Python library, told again with one of ours in the place of one of theirs.

conversations.py CAKE MIRROR [CONVERSATION...]   (all of them unless some are named)

Each file in conversations/ is one: its comment says what it is about; the lines `ours PARTY: COMMAND` say which parties may
be a program of ours, and how it is started. The conversation is held once for each of them: the frames of all others are
sent as they stand there, and those of ours have to be as they stand there. In a second round all of it is encrypted.

    SENDER -> RECEIVER [to @ADDRESS] [from @ADDRESS]: SIGNATURE WORD     a frame; `?` in front: it may be missing
    SENDER -| RECEIVER                                                   the connection is closed
    PARTY ends                                                           by a SIGINT, when it is ours; its connections, too
    PARTY says TEXT                                                      a line on its stdout, when it is ours

The first frame between two parties makes the connection. Without `to` a frame is for the receiver's default target. In a
word `$name` is a value that is the same wherever it stands, `$PARTY.port` where that party listens, `@name` an address, and
`*` anything; members of ours that are not named there may be anything, too. Each party holds an address as the rules of
layer-cake-protocol(7) give it, so that one that has travelled far has to come back as it left. [WORD] in a command is for
the encrypted round.
"""
import concurrent.futures
import fnmatch
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import uuid

from wire import DIRECTORY, RUNTIME, SODIUM, Session, frame, text_of

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conversations")
PATIENCE = 15
AT_ONCE = 6  # they wait more than they work
LINE = re.compile(r"(\?)? *(\S+) -> (\S+?)(?: to @(\S+?))?(?: from @(\S+?))?: (\S+) (.*)")


class Wrong(Exception):
    pass


def free_ports(count):
    finder = os.path.join(FOLDER, "../../e2e/free_ports.py")
    return map(int, subprocess.run([sys.executable, finder, str(count)], check=True, capture_output=True, text=True).stdout.split())


def full_name(name):
    if "." in name or "<" in name or name[0].islower():
        return name
    return (RUNTIME if name in ("Ping", "Enquiry", "Ack", "Stop") else DIRECTORY) + name


class Party:
    def __init__(self, name):
        self.name, self.held, self.objects, self.links, self.listener = name, {}, 100, {}, None

    def number(self):
        """Of another object or proxy."""
        self.objects += 1
        return self.objects

    def hold(self, symbol):
        """An address, made here when nobody has sent it."""
        return self.held.setdefault(symbol, [self.number()])


class Link:
    """A connection as one side has it: `session` where the far side is ours, else `far` is the other's Link."""

    def __init__(self, proxy, session=None):
        self.proxy, self.session, self.far, self.waiting, self.optional = proxy, session, None, [], []

    def sent(self, address):
        return address[:-1] + [0] if address[-1] == self.proxy else address

    def received(self, address):
        return address[:-1] or [1] if address[-1] == 0 else address + [self.proxy]


class Conversation:
    def __init__(self, name, lines, ours, command, encrypted, port):
        self.name, self.lines, self.ours, self.encrypted = name, lines, ours, encrypted
        self.values = {"encrypted": encrypted}
        self.parties = {}
        for party in sorted({name for line in lines for pair in re.findall(r"^(?:\? )?(\w+) -[>|] (\w+)", line) for name in pair}):
            self.parties[party] = Party(party)
        for party in self.parties.values():
            if party.name == ours:
                self.values[f"{party.name}.port"] = port if f"${ours}.port" in command else None
            else:
                party.listener = socket.create_server(("127.0.0.1", 0))
                party.listener.settimeout(PATIENCE)
                self.values[f"{party.name}.port"] = party.listener.getsockname()[1]
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(os.path.abspath(f"notices-{port}"))
        self.notices.settimeout(PATIENCE)
        self.is_ready = f"${ours}.port" not in command  # it says itself where it listens
        self.process = self.start(command)

    # What is ours

    def start(self, command):
        command = re.sub(r"\[(.*?)\]", r"\1" if self.encrypted else "", command)
        command = re.sub(r"\$(\w+\.port)", lambda found: str(self.values[found[1]]), command)
        words = [os.path.expandvars(word) for word in shlex.split(command)]
        environment = dict(os.environ, NOTIFY_SOCKET=self.notices.getsockname())
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)

    def connect(self):
        """To ours: who is told where to listen gives notice when it does."""
        while not self.is_ready:
            self.is_ready = b"READY=1" in self.notices.recv(1000)
        return socket.create_connection(("127.0.0.1", self.values[f"{self.ours}.port"]), timeout=PATIENCE)

    def says(self, text):
        line = self.process.stdout.readline().rstrip("\n")
        if not fnmatch.fnmatchcase(line, text):
            raise Wrong(f'"{line}" instead of "{text}"')

    # Connections

    def link(self, one, other):
        """That of `one` to `other`, made when there is none; by `one` when it begins."""
        played, far = (self.parties[other], one) if one == self.ours else (self.parties[one], other)
        if far in played.links:
            return played.links[far]
        if self.ours not in (one, other):
            near, far = (Link(self.parties[name].number()) for name in (one, other))
            near.far, far.far = far, near
            self.parties[one].links[other], self.parties[other].links[one] = near, far
            return near
        begins = one != self.ours
        connected = self.connect() if begins else played.listener.accept()[0]
        connected.settimeout(PATIENCE)
        link = Link(played.number(), None)
        link.session = Session(connected, link.proxy)
        if self.encrypted:
            link.session.offer_encryption() if begins else link.session.accept_encryption()
        played.links[self.ours] = link
        return link

    def close(self, one, other):
        played = other if one == self.ours else one
        link = self.parties[played].links.pop(self.ours if self.ours in (one, other) else other)
        if one == self.ours:
            while self.next(link) is not None:  # ours says goodbye
                pass
        elif other == self.ours:
            link.session.socket.close()
            link.session.stream.close()
        else:
            self.parties[other].links.pop(one)

    # Frames

    def say(self, party, link, to, back, signature, word):
        book = []

        def written(value):
            if isinstance(value, dict):
                return {name: written(member) for name, member in value.items()}
            if isinstance(value, list):
                return [written(member) for member in value]
            if isinstance(value, str) and value.startswith("@"):
                book.append((f"k:{len(book)}", link.sent(party.hold(value[1:]))))
                return book[-1][0]
            if isinstance(value, str) and value.startswith("$"):
                return self.values.setdefault(value[1:], str(uuid.uuid4()))
            return value

        word = written(word)
        to = party.held.get(to) if to else [link.proxy]
        if not to or to[-1] != link.proxy:
            raise Wrong(f"{party.name} has no address there: {to}")
        tunnel = signature == "block"
        body = word.encode("latin-1") if tunnel else text_of({"value": [signature, word, []]})
        return to, link.sent(party.hold(back)), body, book, tunnel

    def next(self, link):
        """(destination, signature, word, book, return address) of the next frame; of a bulk listing one for each."""
        if link.waiting:
            return link.waiting.pop(0)
        got = link.session.read()
        if got is None:
            return None
        header, body, book = got
        common = dict(book), link.received(header["return_address"])
        to = header["to_address"][:-1]
        if header.get("tunnel"):
            return to, "block", body.decode("latin-1"), *common
        signature, word, _ = json.loads(body)["value"]
        if signature == DIRECTORY + "PublishedDirectory":
            for kind, listed in (("Published", word["published"]), ("Subscribed", word["subscribed"])):
                link.waiting += [(to, DIRECTORY + kind, one, *common) for one in listed]
            return self.next(link)
        return to, signature, word, *common

    def hear(self, party, link, *wanted):
        """The next frame is that, unless it is one of those that may be missing and stand before it."""
        while True:
            got = self.next(link)
            if got is None:
                raise Wrong("the connection has ended")
            try:
                return self.compare(party, link, got, *wanted)
            except Wrong as wrong:
                for at, optional in enumerate(link.optional):
                    if self.fits(party, link, got, *optional):
                        del link.optional[: at + 1]
                        break
                else:
                    raise Wrong(f"{wrong}\n    it was {got}") from None

    def fits(self, *frame_and_wanted):
        try:
            self.compare(*frame_and_wanted)
            return True
        except Wrong:
            return False

    def compare(self, party, link, got, to, back, signature, word):
        """Binds names and addresses only if all fits."""
        destination, got_signature, got_word, book, got_back = got
        if got_signature != signature:
            raise Wrong(f"{got_signature} instead of {signature}")
        if destination != (party.held.get(to) if to else []):
            raise Wrong(f"it is for {destination} instead of {party.held.get(to) if to else []}")
        held, values = dict(party.held), dict(self.values)
        try:
            self.match(party, link, got_word, word, book, signature)
            self.bind(party, back, got_back)
        except Wrong:
            party.held, self.values = held, values
            raise

    def bind(self, party, symbol, address):
        """An address has come; one that was made here has come home."""
        own = party.held.get(symbol)
        if own and len(own) == 1 and address != own:
            raise Wrong(f"@{symbol} has come home as {address}, not {own}")
        party.held[symbol] = address

    def match(self, party, link, got, wanted, book, where):
        if wanted == "*":
            return
        if isinstance(wanted, dict) and isinstance(got, dict):
            for name, member in wanted.items():
                self.match(party, link, got.get(name), member, book, f"{where}.{name}")
        elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
            for at, member in enumerate(wanted):
                self.match(party, link, got[at], member, book, f"{where}[{at}]")
        elif isinstance(wanted, str) and wanted.startswith("@"):
            if got not in book:
                raise Wrong(f"{where}: {got} is not in the book")
            self.bind(party, wanted[1:], link.received(book[got]))
        elif isinstance(wanted, str) and wanted.startswith("$") and self.values.get(wanted[1:]) is None:
            self.values[wanted[1:]] = got
        elif got != (self.values[wanted[1:]] if isinstance(wanted, str) and wanted.startswith("$") else wanted):
            raise Wrong(f"{where}: {got} instead of {wanted}")

    def hold_line(self, line):
        if (closing := re.fullmatch(r"(\S+) -\| (\S+)", line)) is not None:
            return self.close(*closing.groups())
        if (ending := re.fullmatch(r"(\S+) ends", line)) is not None:
            if ending[1] == self.ours:
                self.process.send_signal(signal.SIGINT)
            others = {name for name, party in self.parties.items() if ending[1] in party.links}
            for other in others | set(self.parties[ending[1]].links):
                self.close(ending[1], other)
            return None
        if (saying := re.fullmatch(r"(\S+) says (.*)", line)) is not None:
            return self.says(saying[2]) if saying[1] == self.ours else None
        parts = LINE.fullmatch(line)
        if not parts:
            raise Wrong("not understood")
        maybe, sender, receiver, to, back, name, word = parts.groups()
        back, signature, word = back or sender, full_name(name), json.loads(word)
        if sender == self.ours:
            link = self.link(sender, receiver)
            if maybe:
                return link.optional.append((to, back, signature, word))
            return self.hear(self.parties[receiver], link, to, back, signature, word)
        link = self.link(sender, receiver)
        said = self.say(self.parties[sender], link, to, back, signature, word)
        if receiver == self.ours:
            to, back, body, book, tunnel = said
            return link.session.write(frame(to, back, body, book, tunnel))
        symbols = [back, *re.findall(r'"@([^"]+)"', parts[7])]
        addresses = [said[1], *(address for _, address in said[3])]
        for symbol, address in zip(symbols, addresses):
            self.bind(self.parties[receiver], symbol, link.far.received(address))
        return None

    def hold(self):
        try:
            for line in self.lines:
                try:
                    self.hold_line(line)
                except (Wrong, OSError, ValueError) as wrong:
                    raise Wrong(f"{self.name}, {self.ours} is ours{' and encrypted' * self.encrypted}: {line}\n    {wrong!r}") from None
        finally:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.notices.close()
            for party in self.parties.values():
                for closed in [party.listener, *(link.session and link.session.socket for link in party.links.values())]:
                    if closed:
                        closed.close()


def main():
    os.environ.update(CAKE=os.path.abspath(sys.argv[1]), MIRROR=os.path.abspath(sys.argv[2]), CONVERSATIONS=FOLDER)
    names = sys.argv[3:] or sorted(name[:-4] for name in os.listdir(FOLDER) if name.endswith(".txt"))
    jobs = []
    for name in names:
        with open(os.path.join(FOLDER, name + ".txt"), encoding="utf-8") as file:
            lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
        commands = dict(re.match(r"ours (\S+): (.*)", line).groups() for line in lines if line.startswith("ours "))
        lines = [line for line in lines if not line.startswith("ours ")]
        for encrypted in (False, True) if SODIUM else (False,):
            jobs += [(name, lines, ours, command, encrypted) for ours, command in commands.items()]
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            held = list(pool.map(lambda job, port: Conversation(*job, port).hold(), jobs, free_ports(len(jobs))))
    print(f"{len(held)} conversations")


try:
    main()
except Wrong as wrong:
    sys.exit(str(wrong))
