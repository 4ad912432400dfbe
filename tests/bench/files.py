#!/usr/bin/env python3
"""files.py LAYER_CAKE [--files N] [--bytes N] [--rounds N] - `model` and `export image` beside rsync and tar, in one run.

Prints one JSON object: seconds (median of the rounds, turn about) and ratios. Needs rsync, tar and zstd, and 4 times the
bytes in the folder TMPDIR.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("layer_cake")
parser.add_argument("--files", type=int, default=10_000)
parser.add_argument("--bytes", type=int, default=1 << 30)
parser.add_argument("--rounds", type=int, default=3)
options = parser.parse_args()
cake = str(pathlib.Path(options.layer_cake).resolve())


def make_tree(root):
    """Sizes spread over two decades; content half noise, half text."""
    rng = random.Random(7)
    weights = [10 ** rng.uniform(0, 2) for _ in range(options.files)]
    scale = options.bytes / sum(weights)
    noise = rng.randbytes(1 << 20)
    text = (" ".join(rng.choice(["layer", "cake", "group", "role", "model"]) + str(rng.randrange(1000))
                     for _ in range(150_000))).encode()[:1 << 20]
    for number, weight in enumerate(weights):
        folder = root / f"{number % 100:02}"
        folder.mkdir(parents=True, exist_ok=True)
        size = int(weight * scale)
        with open(folder / f"{number:05}.dat", "wb") as file:
            while size > 0:
                block = noise if rng.random() < 0.5 else text
                start = rng.randrange(len(block) // 2)
                piece = block[start:start + min(size, 256 << 10)]
                file.write(piece)
                size -= len(piece)


def timed(command, **more):
    before = os.times()
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **more)
    wall = time.perf_counter() - start
    after = os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


with tempfile.TemporaryDirectory(prefix="layer-cake-bench-") as place:
    place = pathlib.Path(place)
    source = place / "source"
    make_tree(source)
    home = place / "home"
    run = lambda *words: [cake, *words, f"-hp={home}"]
    subprocess.run(run("create"), check=True)
    subprocess.run([cake, "add", "/bin/sleep", "web", f"-hp={home}", "--", "1"], check=True)
    model, copy, image, tar = home / "role/web/model", place / "copy", place / "image.tar.zst", place / "tar.tar.zst"
    sync = run("model", "web", f"--model-path={source}", "--make-changes")
    rsync = ["rsync", "-a", "--delete", f"{source}/", f"{copy}/"]
    pack = ["tar", "--zstd", "-C", str(place), "-cf", str(tar), "source"]
    times = {}

    def measure(name, command):
        os.sync()
        times.setdefault(name, []).append(timed(command))

    for turn in range(options.rounds):
        jobs = [("first sync", model, sync), ("first rsync", copy, rsync),
                ("first rsync --fsync", copy, [*rsync, "--fsync"])]
        for name, folder, command in jobs if turn % 2 == 0 else reversed(jobs):
            shutil.rmtree(folder, ignore_errors=True)
            if folder == model:
                folder.mkdir()
            measure(name, command)
        for _ in range(3):
            measure("second sync", sync)
            measure("second rsync", rsync)
        jobs = [("image", run("export", "image", str(image), "--all-models", "--no-programs")),
                ("tar --zstd", pack), ("tar --zstd, then sync", ["sh", "-c", '"$@" && sync "$0"', str(tar), *pack])]
        for name, command in jobs if turn % 2 == 0 else reversed(jobs):
            measure(name, command)
    middle = {name: [round(statistics.median(column), 3) for column in zip(*rows)] for name, rows in times.items()}
    ratio = lambda a, b, column=0: round(middle[a][column] / middle[b][column], 2)
    print(json.dumps({
        "files": options.files, "bytes": options.bytes, "image_bytes": image.stat().st_size,
        "tar_bytes": tar.stat().st_size,
        "seconds": {name: {"wall": wall, "processor": processor} for name, (wall, processor) in middle.items()},
        "rsync by sync": {"first": ratio("first rsync", "first sync"), "first, both durable":
                          ratio("first rsync --fsync", "first sync"), "second": ratio("second rsync", "second sync")},
        "tar by image": ratio("tar --zstd", "image"),
        "tar by image, both durable": ratio("tar --zstd, then sync", "image"),
    }, indent=1))
