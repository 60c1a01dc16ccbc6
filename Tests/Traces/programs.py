"""Programs whose traces are checked: `python3 programs.py NAME`."""

import ctypes
import fcntl
import queue
import subprocess
import sys
import tempfile
import threading
import time


def count(seconds):
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
    return number


def together(*bodies):
    threads = [threading.Thread(target=body, args=rest) for body, *rest in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def gil():
    together(*[(count, 1.0)] * 3)


def waits():
    work = queue.Queue()
    # Of a lock in memory, nobody sees from outside that it isn't a queue.
    file = tempfile.NamedTemporaryFile()

    def hold():
        fcntl.flock(file, fcntl.LOCK_EX)
        time.sleep(0.8)
        fcntl.flock(file, fcntl.LOCK_UN)

    def wait_for_lock():
        time.sleep(0.1)
        with open(file.name) as other:
            fcntl.flock(other, fcntl.LOCK_EX)

    def give():
        time.sleep(0.6)
        work.put(1)

    together(
        (hold,),
        (wait_for_lock,),
        (give,),
        (work.get,),
        (subprocess.run, ["sleep", "0.5"]),
    )


# Markup, text from right to left, and bytes that are no UTF-8: a lone surrogate.
NAMES = [b"<script>alert(1)", "\u202e\u05e9\u05dc\u05d5\u05dd".encode(), b"\xed\xa0\x80\xff"]


def names():
    long = "f" * 4096
    scope = {"time": time}
    exec(f"def {long}(end):\n  while time.monotonic() < end: pass\n", scope)
    libc = ctypes.CDLL(None)

    def named(name):
        libc.prctl(15, name, 0, 0, 0)
        scope[long](time.monotonic() + 0.5)

    together(*[(named, name) for name in NAMES])


if __name__ == "__main__":
    {"gil": gil, "waits": waits, "names": names}[sys.argv[1]]()
