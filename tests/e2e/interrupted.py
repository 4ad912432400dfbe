#!/usr/bin/env python3
"""interrupted.py OUTPUT TIMES COMMAND... - runs the command in a session of its own, waits until all of its roles are up by what they
write ("up", "stubborn"), and sends SIGINT to its process group, as a terminal does. With TIMES 2 once more after "bye".

Fails when it does not end within 20 seconds, or ends with another status than 130.
"""
import os
import signal
import subprocess
import sys
import threading

output, times, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True)
guard = threading.Timer(20, process.kill)
guard.start()
wanted = {"up"} if times == 1 else {"up", "stubborn"}
seen, interrupts = set(), 0
with open(output, "wb") as copy:
    for line in process.stdout:
        copy.write(line)
        seen.update(line.decode(errors="replace").split())
        if interrupts == 0 and wanted <= seen:
            os.killpg(process.pid, signal.SIGINT)
            interrupts = 1
        elif interrupts == 1 and times == 2 and "bye" in seen:
            os.killpg(process.pid, signal.SIGINT)
            interrupts = 2
status = process.wait()
guard.cancel()
if interrupts != times or status != 130:
    sys.exit(f"{interrupts} interrupts sent, exit status {status}\n" + open(output, errors="replace").read())
