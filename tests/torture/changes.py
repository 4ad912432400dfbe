#!/usr/bin/env python3
"""changes.py PROGRAM HOME JOURNAL SEED - adds, updates and deletes roles, again and again, until it is killed.

Notes each change in the journal before it begins and after it is acknowledged.
changes.py --check PROGRAM HOME JOURNAL - the roles of HOME are what was acknowledged, but for one change under way.
"""
import json
import os
import random
import subprocess
import sys


def read(journal):
    """Roles by name with their description, as acknowledged; and the change under way, if any."""
    roles, under_way = {}, None
    if os.path.exists(journal):
        for line in open(journal, encoding="ascii"):
            what, verb, name, text = line.split()
            if what == "begin":
                under_way = (verb, name, text)
            else:
                under_way = None
                apply(roles, verb, name, text)
    return roles, under_way


def apply(roles, verb, name, text):
    if verb == "delete":
        roles.pop(name, None)
    else:
        roles[name] = text


if sys.argv[1] == "--check":
    program, home, journal = sys.argv[2:]
    text = subprocess.check_output([program, "check", "--resolved", "-o", "json", "-hp=" + home], text=True)
    there = {name: role.get("description", "none") for name, role in json.loads(text)["roles"].items() if name != "steady"}
    wanted, under_way = read(journal)
    possible = [wanted]
    if under_way:
        possible.append(dict(wanted))
        apply(possible[1], *under_way)
    if there not in possible:
        sys.exit(f"there is {there}\nacknowledged was {wanted}, under way {under_way}")
    # What was under way is settled now.
    if under_way and there != wanted:
        with open(journal, "a", encoding="ascii") as out:
            print("done", *under_way, file=out)
    sys.exit(0)

program, home, journal, seed = sys.argv[1:]
chance = random.Random(int(seed))
roles, under_way = read(journal)
with open(journal, "a", encoding="ascii", buffering=1) as out:
    number = 0
    while True:
        number += 1
        verb = chance.choice(["add", "add", "update", "delete"]) if roles else "add"
        name = f"role-{seed}-{number}" if verb == "add" else chance.choice(sorted(roles))
        text = "none" if verb == "add" else f"text-{number}"
        words = {"add": ["sleep", name, "--", "infinity"], "update": [name + "$", "--description=" + text], "delete": [name + "$"]}[verb]
        print("begin", verb, name, text, file=out)
        subprocess.run([program, verb, "-hp=" + home] + words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print("done", verb, name, text, file=out)
        apply(roles, verb, name, text)
