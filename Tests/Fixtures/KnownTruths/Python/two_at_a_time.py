"""Eight threads sleep for 50 ms at a time, and a semaphore lets in two of them at once; in the
fixed form, all: two_at_a_time.py bad|fixed.
"""

import sys
import threading
import time

import work

places = threading.Semaphore(8 if sys.argv[1] == "fixed" else 2)


def visit():
    for _ in range(5):
        with places:
            time.sleep(0.05)


work.at_once(8, visit)
