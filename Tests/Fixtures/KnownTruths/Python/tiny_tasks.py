"""A pool of processes gets one number a message: tiny_tasks.py bad|fixed [executor|pool]."""

import concurrent.futures
import multiprocessing
import sys


def add_one(number):
    return number + 1


if __name__ == "__main__":
    chunk = 1 if sys.argv[1] == "bad" else 1000
    if sys.argv[2] == "executor":
        with concurrent.futures.ProcessPoolExecutor(2) as executor:
            sum(executor.map(add_one, range(8000), chunksize=chunk))
    else:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            sum(pool.imap(add_one, range(30000), chunksize=chunk))
            pool.close()
            pool.join()
