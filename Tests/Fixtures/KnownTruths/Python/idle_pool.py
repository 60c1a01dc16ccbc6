"""A pool of processes that gets nothing to do while the program computes:
idle_pool.py fork|forkserver|spawn WORKERS CPU_SECONDS."""

import multiprocessing
import sys

import work

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with context.Pool(int(sys.argv[2])) as pool:
        work.spin(float(sys.argv[3]))
        pool.close()
        pool.join()
