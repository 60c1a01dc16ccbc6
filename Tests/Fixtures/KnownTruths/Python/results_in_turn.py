"""A pool of two makes results in 1 ms each, and the first process takes 8 ms for each of them; in
the fixed form, the pool does both: results_in_turn.py bad|fixed.
"""

import multiprocessing
import sys

import work

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        is_fixed = sys.argv[1] == "fixed"
        for _ in pool.imap(work.spin, [0.009 if is_fixed else 0.001] * 120):
            if not is_fixed:
                work.spin(0.008)
