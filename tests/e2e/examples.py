#!/usr/bin/env python3
"""examples.py FOLDER FILE... - writes each example that is marked to be run into the folder, as a script for sh.

A mark stands above the example and may have commands that make the place for it:

    README.md         <!-- run: SETUP -->  above a fenced block
    manual sources    .\\" @RUN@ SETUP     above a literal display
                      .\\" @CHECK@         above a group file, to be checked
"""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir()


def from_markdown(text):
    for mark in re.finditer(r"<!-- run: (.*?) -->\s*```sh\n(.*?)```", text, re.S):
        yield mark[1] + "\n" + mark[2]


def plain(mdoc):
    return mdoc.replace("\\&", "").replace("\\e", "\\")


def from_manual(text):
    for mark in re.finditer(r'^\.\\" @(RUN|CHECK)@ ?(.*)\n\.Bd .*\n((?:.*\n)*?)\.Ed$', text, re.M):
        kind, setup, body = mark.groups()
        if kind == "RUN":
            yield setup + "\n" + plain(body)
        else:
            yield "cat >layer-cake.yaml <<'END'\n" + plain(body) + "END\nlayer-cake check\n"


for file in sys.argv[2:]:
    path = pathlib.Path(file)
    text = path.read_text()
    for number, script in enumerate(from_markdown(text) if path.suffix == ".md" else from_manual(text), 1):
        (folder / f"{path.name.removesuffix('.in')}-{number}").write_text(script)
