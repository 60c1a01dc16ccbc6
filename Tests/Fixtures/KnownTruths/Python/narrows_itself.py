"""A program binds itself to one CPU, as importing a library may: narrows_itself.py bad|fixed."""

import multiprocessing
import os
import sys


def compute(_):
    number = 0
    for step in range(4_000_000):
        number += step
    return number


if __name__ == "__main__":
    if sys.argv[1] == "bad":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(compute, range(8), chunksize=1)
        pool.close()
        pool.join()
