"""A process forks while another of its threads has a lock: forked_with_lock.py bad|fixed.

Nobody in the child can give the lock back. The child is ended after 2.5 s.
"""

import os
import signal
import sys
import threading
import time

lock = threading.Lock()
is_over = threading.Event()


def hold():
    with lock:
        is_over.wait(0.3)


if __name__ == "__main__":
    holder = threading.Thread(target=hold)
    holder.start()
    time.sleep(0.1)
    if sys.argv[1] == "fixed":
        holder.join()
    child = os.fork()
    if child == 0:
        with lock:
            os._exit(0)
    end = time.monotonic() + 2.5
    while time.monotonic() < end and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.1)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
