"""Native code keeps the GIL for a second or more: native_keeps_gil.py bad|fixed."""

import multiprocessing
import re
import sys
import threading
import time


def match():
    re.match(r"(x+x+)+y", "x" * 25)


def tick():
    for _ in range(50):
        time.sleep(0.01)


if __name__ == "__main__":
    kind = threading.Thread if sys.argv[1] == "bad" else multiprocessing.get_context("fork").Process
    workers = [threading.Thread(target=tick), kind(target=match)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
