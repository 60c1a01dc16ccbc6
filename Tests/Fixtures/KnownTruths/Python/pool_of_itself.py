"""Tasks wait for tasks of the same pool, whose threads all wait: pool_of_itself.py bad|fixed."""

import concurrent.futures
import sys
import threading

# Nobody starts the second task of a pair before both threads have the first of one.
both = threading.Barrier(2)
pool = concurrent.futures.ThreadPoolExecutor(2 if sys.argv[1] == "bad" else 4)


def inner(number):
    return number + 1


def outer(number):
    both.wait()
    return pool.submit(inner, number).result(timeout=2.5)


if __name__ == "__main__":
    for future in [pool.submit(outer, number) for number in range(2)]:
        future.exception()
