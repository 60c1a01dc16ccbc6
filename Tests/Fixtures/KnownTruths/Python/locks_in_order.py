"""Two threads take two locks, the first thread waits for both: locks_in_order.py bad|fixed.

In the bad form each takes the other's second lock first. The wait for the second one ends after
2.5 s.
"""

import sys
import threading

accounts, orders = threading.Lock(), threading.Lock()
# In the bad form each thread has its first lock before one of them asks for its second.
both = threading.Barrier(2)


def pay():
    with accounts:
        if sys.argv[1] == "bad":
            both.wait()
        if orders.acquire(timeout=2.5):
            orders.release()


def ship():
    first, second = (orders, accounts) if sys.argv[1] == "bad" else (accounts, orders)
    with first:
        if sys.argv[1] == "bad":
            both.wait()
        if second.acquire(timeout=2.5):
            second.release()


if __name__ == "__main__":
    threads = [threading.Thread(target=function) for function in (pay, ship)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
