"""Times a function under Python's pools with nothing but a clock, beside `tandem compare --python`.

    python3 python_pools.py FILE:FUNCTION ITEMS WORKERS CHUNKSIZE [REPEATS]

Give it the items, workers and chunksize that Tandem's report names: the ranking must be the same
wherever the repeats of each pool agree.
"""

import importlib
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def serial(function, items, _workers, _chunksize):
    return [function(item) for item in items]


def thread_pool(function, items, workers, _chunksize):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))


def process_pool(function, items, workers, chunksize):
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(function, items, chunksize=chunksize))


def multiprocessing_pool(function, items, workers, _chunksize):
    with multiprocessing.Pool(workers) as pool:
        return pool.map(function, items)


def main(work, items, workers, chunksize, repeats="5"):
    path, name = work.rsplit(":", 1)
    folder, file = os.path.split(os.path.abspath(path))
    sys.path.insert(0, folder)
    function = importlib.import_module(os.path.splitext(file)[0])
    for part in name.split("."):
        function = getattr(function, part)
    function(0)
    took, failed = {}, {}
    # In turns, so that what disturbs one disturbs the others too.
    for _ in range(int(repeats)):
        for way in (serial, thread_pool, process_pool, multiprocessing_pool):
            began = time.perf_counter()
            try:
                way(function, range(int(items)), int(workers), int(chunksize))
            except Exception as error:
                failed[way.__name__] = error
                continue
            took.setdefault(way.__name__, []).append(time.perf_counter() - began)
    for name, times in sorted(took.items(), key=lambda entry: sorted(entry[1])[len(entry[1]) // 2]):
        times.sort()
        figures = [1000 * times[index] for index in (len(times) // 2, 0, -1)]
        print("%-22s %10.2f ms (%.2f to %.2f)" % ((name, *figures)))
    for name, error in failed.items():
        print("%-22s failed: %s" % (name, error))


if __name__ == "__main__":
    main(*sys.argv[1:])
