#!/usr/bin/env python3
"""lines.py COUNT writes numbered lines of 100 bytes; lines.py --check COUNT reads them."""
import sys

if sys.argv[1] == "--check":
    number = 0
    for line in sys.stdin.buffer:
        if int(line[:10]) != number or len(line) != 100:
            sys.exit(f"line {number}: {line!r}")
        number += 1
    if number != int(sys.argv[2]):
        sys.exit(f"{number} lines of {sys.argv[2]}")
else:
    filler = b"x" * 88
    count = int(sys.argv[1])
    for first in range(0, count, 1000):
        sys.stdout.buffer.write(b"".join(b"%010d %b\n" % (number, filler) for number in range(first, min(first + 1000, count))))
