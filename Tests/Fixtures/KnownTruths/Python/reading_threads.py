"""Threads that read standard input, a byte at a time, to its end: reading_threads.py COUNT."""

import os
import sys

import work


def read():
    while os.read(0, 1):
        pass


work.at_once(int(sys.argv[1]), read)
