"""Threads that need one lock for all that they do, which is waiting:
locked_threads.py COUNT ROUNDS SECONDS."""

import sys
import threading
import time

import work

lock = threading.Lock()
done = 0


def rounds(all_rounds, seconds):
    global done
    while True:
        with lock:
            if done == all_rounds:
                return
            time.sleep(seconds)
            done += 1


work.at_once(int(sys.argv[1]), rounds, int(sys.argv[2]), float(sys.argv[3]))
