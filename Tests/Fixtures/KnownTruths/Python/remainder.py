"""Three equal pieces for two processes: one works alone in the end. remainder.py bad|fixed."""

import multiprocessing
import sys
import time


def compute(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(500))


if __name__ == "__main__":
    pieces = 3 if sys.argv[1] == "bad" else 24
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(compute, [1.5 / pieces] * pieces, chunksize=1)
        pool.close()
        pool.join()
