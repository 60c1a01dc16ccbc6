"""Threads pass numbers on by a queue, one at a time: messages_between_threads.py bad|fixed."""

import queue
import sys
import threading

items = queue.Queue()


def consume():
    while True:
        batch = items.get()
        if batch is None:
            break
        for number in batch:
            number * number


if __name__ == "__main__":
    threads = [threading.Thread(target=consume) for _ in range(4)]
    for thread in threads:
        thread.start()
    size = 1 if sys.argv[1] == "bad" else 1000
    for at in range(0, 240_000, size):
        items.put(range(at, at + size))
    for _ in threads:
        items.put(None)
    for thread in threads:
        thread.join()
