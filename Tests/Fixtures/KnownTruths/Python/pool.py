"""A pool of processes: pool.py fork|forkserver|spawn WORKERS TASKS CPU_SECONDS_EACH."""

import multiprocessing
import sys

import work

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(int(sys.argv[2])) as pool:
        pool.map(work.spin, [float(sys.argv[4])] * int(sys.argv[3]), chunksize=1)
        pool.close()
        pool.join()
