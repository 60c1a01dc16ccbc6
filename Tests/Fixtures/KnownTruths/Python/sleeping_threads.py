"""Threads that sleep, all at once: sleeping_threads.py COUNT SECONDS."""

import sys
import time

import work

work.at_once(int(sys.argv[1]), time.sleep, float(sys.argv[2]))
