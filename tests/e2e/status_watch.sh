#!/bin/sh
# status --watch shows each state that differs from the last, in place on a terminal, and ends with the group.
set -eu
. "$(dirname "$0")/lib.sh"

cat >layer-cake.yaml <<'YAML'
roles:
  db: {command: [sleep, infinity], replicas: 8}
  web: {command: [sleep, infinity]}
YAML
refuses 4 'layer-cake: cannot show the status of ".layer-cake": there is no such home ("layer-cake create" makes one)' status --watch
gives 0 cake up --detach --wait
cake status --watch=50ms | head -n 1 >/dev/null # a reader that is gone is an end, too
refuses 2 'layer-cake: --watch: bad time span "soon": wanted a number with a unit, as in 1m30s or 250ms' status --watch=soon
unset NO_COLOR
"$python" - "$LAYER_CAKE" <<'PY' || fail 'what it showed is not what is wanted'
import fcntl, json, os, pty, select, struct, subprocess, sys, termios

program = sys.argv[1]


class Watch:
    """What `status --watch` writes to a pipe."""

    def __init__(self, *words):
        self.process = subprocess.Popen([program, "status", "web", "--watch=50ms", *words], stdout=subprocess.PIPE, text=True)
        self.lines = []

    def until(self, text):
        while not self.lines or text not in self.lines[-1]:
            line = self.process.stdout.readline()
            assert line, f"it ended without {text!r}: {self.lines}"
            self.lines.append(line)

    def end(self):
        self.lines += self.process.stdout.readlines()
        assert self.process.wait() == 0
        return self.lines


table, lines = Watch(), Watch("-o", "json")
table.until(" running ")
lines.until('"running"')
subprocess.run([program, "stop", "web"], check=True, stderr=subprocess.DEVNULL)
table.until(" stopped ")
lines.until('"stopped"')

# On a terminal of eight rows there is room for the heading and five of nine roles.
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 8, 80, 0, 0))
    os.execv(program, [program, "status", "--watch=50ms"])
seen = b""
while seen.count(b"\x1b[H") < 3:
    assert select.select([fd], [], [], 30)[0], seen
    seen += os.read(fd, 65536)
_, first, second, _ = seen.split(b"\x1b[H")
assert first.startswith(b"\x1b[2J") and b"\x1b[2J" not in second, seen
assert first.count(b"\n") == second.count(b"\n") == 7 and b"(4 lines more)" in second, seen
os.write(fd, b"\x03")
while True:
    try:
        if not os.read(fd, 65536):
            break
    except OSError:
        break
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

subprocess.run([program, "down"], check=True, stderr=subprocess.DEVNULL)
assert sum(" stopped " in line for line in table.end()) == 1, table.lines  # the same state is not shown twice
assert all(json.loads(line)["schema"] == "layer-cake.status/1" for line in lines.end())
PY
refuses 3 "layer-cake: cannot show the status of \"$home\": nothing is running" status --watch
