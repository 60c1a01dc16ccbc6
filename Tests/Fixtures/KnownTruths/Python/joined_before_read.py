"""A child can't end before what it put into a queue is read: joined_before_read.py bad|fixed."""

import multiprocessing
import sys


def put(queue):
    queue.put(bytes(1 << 20))


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=put, args=(queue,))
    child.start()
    if sys.argv[1] == "bad":
        child.join(2.5)
    queue.get()
    child.join()
