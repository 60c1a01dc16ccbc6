"""The lesson's timing programs: workers that each compute 10,000 squares, and of which the next is
started when the one before has ended: lesson.py threads|processes COUNT."""

import multiprocessing
import sys
import threading


def squares():
    for number in range(10000):
        number**2


if __name__ == "__main__":
    kind = threading.Thread if sys.argv[1] == "threads" else multiprocessing.Process
    for _ in range(int(sys.argv[2])):
        worker = kind(target=squares)
        worker.start()
        worker.join()
