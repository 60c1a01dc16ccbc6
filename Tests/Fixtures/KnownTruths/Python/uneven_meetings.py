"""Two processes meet at a barrier 20 times; in the bad form one of them computes 60 ms each time
and the other 4 ms, in the fixed form both compute 32 ms: uneven_meetings.py bad|fixed.
"""

import multiprocessing
import sys

import work


def take_part(barrier, seconds):
    for _ in range(20):
        work.spin(seconds)
        barrier.wait()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    parts = (0.032, 0.032) if sys.argv[1] == "fixed" else (0.06, 0.004)
    processes = [context.Process(target=take_part, args=(barrier, part)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
