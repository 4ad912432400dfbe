#!/usr/bin/env python3
"""gone.py PID... - returns when all of them have ended; fails, naming those left, after 10 seconds."""
import os
import select
import sys
import time

end = time.monotonic() + 10
left = []
for word in sys.argv[1:]:
    try:
        process = os.pidfd_open(int(word))
    except ProcessLookupError:
        continue
    poll = select.poll()
    poll.register(process, select.POLLIN)
    if not poll.poll(max(0, end - time.monotonic()) * 1000):
        left.append(word)
if left:
    sys.exit(f"still alive: {' '.join(left)}")
