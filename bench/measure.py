"""Runs a program and writes what it took: python3 measure.py <report> <program> <words...>

Node tells a parent nothing about what its children took; wait4 does, those that they waited for included.
"""

import json
import os
import sys
import time

report, *command = sys.argv[1:]
started = time.monotonic()
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.monotonic() - started
with open(report, "w") as file:
    json.dump(
        {
            "wallSeconds": seconds,
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            # Kibibytes on Linux, bytes on macOS.
            "peakMiB": usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
            "exitCode": os.waitstatus_to_exitcode(status),
        },
        file,
    )
