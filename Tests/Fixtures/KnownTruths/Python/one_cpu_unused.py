"""A pool with one worker less than there are CPUs, or with one for each.

one_cpu_unused.py bad|fixed
"""

import multiprocessing
import os
import sys


def compute(steps):
    for step in range(steps):
        step * step


if __name__ == "__main__":
    cpus = len(os.sched_getaffinity(0))
    with multiprocessing.get_context("fork").Pool(cpus - (sys.argv[1] == "bad")) as pool:
        pool.map(compute, [2_000_000] * 8 * cpus, chunksize=1)
        pool.close()
        pool.join()
