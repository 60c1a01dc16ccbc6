"""A process is killed while it has a lock that two others wait for. A signal ends these after
three seconds. In the fixed form it gives the lock back: killed_holder.py bad|fixed.
"""

import multiprocessing
import os
import signal
import sys


def hold(lock):
    lock.acquire()
    if sys.argv[1] == "fixed":
        lock.release()
    os.kill(os.getpid(), signal.SIGKILL)


def wait(lock):
    signal.alarm(3)
    with lock:
        pass


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    lock = context.Lock()
    holder = context.Process(target=hold, args=(lock,))
    holder.start()
    holder.join()
    waiters = [context.Process(target=wait, args=(lock,)) for _ in range(2)]
    for waiter in waiters:
        waiter.start()
    for waiter in waiters:
        waiter.join()
