"""Each message lets the GIL go, and gets it back when the thread that computes has had its turn.

waits_after_messages.py bad|short|fixed: "short" has a switch interval of 0.1 ms, and with "fixed" a
process computes.
"""

import multiprocessing
import os
import sys
import threading
import time


def compute(is_over):
    while not is_over.is_set():
        sum(range(2000))


def echo(source, target):
    while True:
        data = os.read(source, 1)
        if not data:
            break
        os.write(target, data)


if __name__ == "__main__":
    how = sys.argv[1]
    if how == "short":
        sys.setswitchinterval(0.0001)
    if how == "fixed":
        context = multiprocessing.get_context("fork")
        is_over = context.Event()
        computing = context.Process(target=compute, args=(is_over,))
    else:
        is_over = threading.Event()
        computing = threading.Thread(target=compute, args=(is_over,))
    computing.start()
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    threading.Thread(target=echo, args=(asked, answer), daemon=True).start()
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        os.write(ask, b"x")
        os.read(answered, 1)
    is_over.set()
    computing.join()
