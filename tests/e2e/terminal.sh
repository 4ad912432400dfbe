#!/bin/sh
# On a terminal start shows each role's progress in place, run colours the names; Ctrl-C there stops, and once more kills.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  db: {command: [sleep, infinity], ready: {exec: [test, -e, gate]}}
  web: {command: 'trap "" TERM; printf "hello\033[2J\n"; while :; do sleep 1000; done', depends_on: [db], shutdown: {timeout: 1h}}
YAML
gives 0 cake up --no-start
unset NO_COLOR
"$python" - "$LAYER_CAKE" <<'PY' || fail 'the terminal was not shown what is wanted'
import os, pty, select, sys

program = sys.argv[1]


class Terminal:
    def __init__(self, *words):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execv(program, [program, *words])

    def until(self, *wanted):
        for text in wanted:
            while text not in self.seen:
                if not select.select([self.fd], [], [], 30)[0]:
                    sys.exit(f"no {text!r} in {self.seen!r}")
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    sys.exit(f"it ended without {text!r}: {self.seen!r}")
            self.seen = self.seen[self.seen.index(text):]

    def status(self):
        while True:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


start = Terminal("start", "--wait", "--timeout=60s")
start.until(b"db ", b"starting", b"web", b"waiting", b'for "db" to be ready')
open("gate", "w").close()
start.until(b"\x1b[2A\x1b[J", b"\x1b[32mready")  # two lines up, and anew
assert start.status() == 0
down = Terminal("stop", "--kill")
assert down.status() == 0

run = Terminal("run")
run.until(b"\x1b[33mweb\x1b[", b"hello\\x1b[2J")  # its name coloured, what it wrote escaped
os.write(run.fd, b"\x03")
run.until(b"stopping; once more kills")
os.write(run.fd, b"\x03")
run.until(b"killing")
assert run.status() == 130
PY
expect '' "$(survivors)" 'what is left'
