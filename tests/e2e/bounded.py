#!/usr/bin/env python3
"""bounded.py SECONDS MIB COMMAND... - runs the command and ends with its status, or with 99 when it took more processor time or memory."""
import os
import sys

seconds, mebibytes = float(sys.argv[1]), float(sys.argv[2])
child = os.posix_spawnp(sys.argv[3], sys.argv[3:], os.environ)
_, status, used = os.wait4(child, 0)
took, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
if took > seconds or peak > mebibytes:
    print(f"{took:.2f} s, {peak:.0f} MiB: {' '.join(sys.argv[3:])}", file=sys.stderr)
    sys.exit(99)
sys.exit(os.waitstatus_to_exitcode(status))
