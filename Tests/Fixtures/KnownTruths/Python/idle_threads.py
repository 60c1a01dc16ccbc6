"""A pool of threads that has done its work and gets no more, while the first thread computes.

    idle_threads.py THREADS CPU_SECONDS
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from work import spin

count, seconds = int(sys.argv[1]), float(sys.argv[2])
with ThreadPoolExecutor(count) as pool:
    # Each waits for the others, so that all threads are there.
    door = threading.Barrier(count)
    for ended in [pool.submit(door.wait) for _ in range(count)]:
        ended.result()
    spin(seconds)
