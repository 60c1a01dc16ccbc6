"""A pool of two gets 32 items of which the first 16 take 40 ms and the others 1 ms, in the bad
form in two messages: large_chunks.py bad|fixed.
"""

import multiprocessing
import sys

import work

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        chunk = 1 if sys.argv[1] == "fixed" else 16
        pool.map(work.spin, [0.04] * 16 + [0.001] * 16, chunksize=chunk)
