"""A method is sent with its object, and so 32 MiB for each item: captured_data.py bad|fixed."""

import multiprocessing
import sys


class Scorer:
    def __init__(self):
        self.table = bytes(32 << 20)

    def score(self, item):
        return item * self.table[item]


scorer = None


def score(item):
    return scorer.score(item)


if __name__ == "__main__":
    scorer = Scorer()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(scorer.score if sys.argv[1] == "bad" else score, range(24), chunksize=1)
        pool.close()
        pool.join()
