"""Processes that compute only while they have one lock: locked_processes.py bad|fixed."""

import multiprocessing
import sys
import time


def compute(lock):
    for _ in range(60):
        with lock:
            end = time.thread_time() + 0.004
            while time.thread_time() < end:
                sum(range(200))


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    shared = context.Lock()
    workers = [
        context.Process(target=compute, args=(shared if sys.argv[1] == "bad" else context.Lock(),))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
