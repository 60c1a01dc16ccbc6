"""Processes count in a dictionary that one process keeps: one_server.py bad|fixed."""

import multiprocessing
import sys


def count(table, key, times):
    for _ in range(times):
        table[key] = table.get(key, 0) + 1


def count_alone(key):
    table = {}
    count(table, key, 1_500_000)
    return table


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    if sys.argv[1] == "bad":
        with context.Manager() as manager:
            table = manager.dict()
            workers = [context.Process(target=count, args=(table, key, 2500)) for key in range(4)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
    else:
        with context.Pool(2) as pool:
            pool.map(count_alone, range(4), chunksize=1)
            pool.close()
            pool.join()
