"""Each item has a process of its own, which imports first: imports_in_each.py bad|fixed."""

import multiprocessing
import sys


def small(number):
    import email.message  # noqa: F401
    import http.client  # noqa: F401
    import json  # noqa: F401

    return number


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(2, maxtasksperchild=1 if sys.argv[1] == "bad" else None) as pool:
        pool.map(small, range(24 if sys.argv[1] == "bad" else 400), chunksize=1)
        pool.close()
        pool.join()
