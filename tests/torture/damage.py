#!/usr/bin/env python3
"""damage.py PROGRAM HOME STEP - cuts, flips and replaces each file of a home, and tries the commands that read it.

Every STEPth byte is cut at and has a bit flipped. Exit statuses are 0 to 6, the time is 5 seconds at most; of damage to a
role's own files the other role does not notice.
"""
import os
import shutil
import subprocess
import sys

program, home, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
count = 0


def run(what, *words, allowed=range(0, 7)):
    global count
    count += 1
    try:
        done = subprocess.run([program, *words, "-hp=" + home], capture_output=True, timeout=5)
    except subprocess.TimeoutExpired:
        sys.exit(f"{what}: {words} hangs")
    if done.returncode not in allowed:
        sys.exit(f"{what}: {words} ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")
    if done.returncode != 0 and not done.stderr:
        sys.exit(f"{what}: {words} says nothing")
    return done


def look(what, relative):
    definition = relative == "layer-cake.yaml"
    run(what, "list", "-ll", allowed=(0, 1, 2, 4) if definition else (0,))
    run(what, "history", "web")
    run(what, "log", "web", "--back=1000d")
    if not definition:
        run(what, "history", "other", allowed=(0,))
        if run(what, "log", "other", "--back=1000d", "--stdout", "--no-prefix", allowed=(0,)).stdout != b"fine\n":
            sys.exit(f"{what}: the other role's log has changed")


files = ["layer-cake.yaml", "role/web/history"] + sorted("role/web/logs/" + name for name in os.listdir(home + "/role/web/logs"))
for relative in files:
    path = os.path.join(home, relative)
    mode = os.stat(path).st_mode & 0o777
    with open(path, "rb") as file:
        good = file.read()

    def write(content):
        if os.path.islink(path) or not os.path.isdir(path):
            if os.path.lexists(path):
                os.unlink(path)
        else:
            os.rmdir(path)
        if content is not None:
            with open(path, "wb") as out:
                out.write(content)
            os.chmod(path, mode)

    for at in range(0, len(good), step):
        write(good[:at])
        look(f"{relative} cut at {at}", relative)
        write(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1:])
        look(f"{relative} with a bit of byte {at} flipped", relative)
    for name, content in (("many brackets", b"[" * 500_000), ("rubbish", bytes(range(256)) * 64)):
        write(content)
        look(f"{relative} full of {name}", relative)
    replacements = {
        "gone": lambda: None,
        "a FIFO": lambda: os.mkfifo(path),
        "a folder": lambda: os.mkdir(path),
        "a loop": lambda: os.symlink(path, path),
        "a device": lambda: os.symlink("/dev/zero", path),
        "a gigabyte": lambda: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 30),
    }
    if relative.endswith(".log"):
        del replacements["a gigabyte"]  # of text, which is printed
    for name, make in replacements.items():
        write(None)
        make()
        look(f"{relative} as {name}", relative)
        if name in ("a folder", "a FIFO", "a loop") and relative != "layer-cake.yaml":
            run(f"{relative} as {name}", "start", "--wait=started", "--timeout=4s")
            run(f"{relative} as {name}", "down", allowed=(0,))
            # The other has run again: what it wrote is as it was.
            shutil.rmtree(home + "/role/other/logs")
            run(f"{relative} as {name}", "start", "other", "--wait=completed", "--timeout=4s", allowed=(0, 5))
            run(f"{relative} as {name}", "down", allowed=(0,))
    write(good)
    look(f"{relative} as it was", relative)
print(f"{count} commands", file=sys.stderr)
