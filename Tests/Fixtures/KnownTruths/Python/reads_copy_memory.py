"""Forked processes read a list, which changes each object's count and so copies its page.

reads_copy_memory.py bad|fixed: the fixed form reads an array of numbers.
"""

import array
import multiprocessing
import sys

data = None


def add_up(_):
    return sum(data)


if __name__ == "__main__":
    numbers = range(1000, 2_501_000)
    data = list(numbers) if sys.argv[1] == "bad" else array.array("q", numbers)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(add_up, range(32), chunksize=1)
        pool.close()
        pool.join()
