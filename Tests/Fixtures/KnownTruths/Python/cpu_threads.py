"""Threads that compute in Python, all at once: cpu_threads.py COUNT CPU_SECONDS_OF_ALL."""

import sys
import time

import work

work.at_once(int(sys.argv[1]), work.spin_together, time.process_time() + float(sys.argv[2]))
