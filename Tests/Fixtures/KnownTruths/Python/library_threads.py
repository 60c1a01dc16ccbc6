"""Processes whose library starts threads of its own: library_threads.py bad|fixed; needs NumPy."""

import multiprocessing
import os
import sys


def multiply(seed):
    import numpy

    matrix = numpy.random.default_rng(seed).random((320, 320))
    for _ in range(10):
        matrix = matrix @ matrix
        matrix /= matrix.max()
    return float(matrix[0, 0])


if __name__ == "__main__":
    is_bad = sys.argv[1] == "bad"
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "8" if is_bad else "1"
    with multiprocessing.get_context("spawn").Pool(4 if is_bad else 2) as pool:
        pool.map(multiply, range(16))
        pool.close()
        pool.join()
