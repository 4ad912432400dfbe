#!/usr/bin/env python3
"""seconds.py COMMAND... - runs it and prints how long it took; what it prints goes to stderr."""
import subprocess
import sys
import time

begin = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=sys.stderr)
print(f"{time.monotonic() - begin:.3f}")
sys.exit(done.returncode)
