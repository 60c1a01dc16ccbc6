"""Two threads sleep, holding one lock, or each one of its own: two_and_a_lock.py bad|fixed."""

import sys
import threading
import time

shared = threading.Lock()


def rounds(lock):
    for _ in range(16):
        with lock:
            time.sleep(0.05)


if __name__ == "__main__":
    locks = [shared if sys.argv[1] == "bad" else threading.Lock() for _ in range(2)]
    threads = [threading.Thread(target=rounds, args=(lock,)) for lock in locks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
