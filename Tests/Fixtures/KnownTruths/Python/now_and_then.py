"""A thread that computes and sleeps by turns, as long each:
now_and_then.py SLICE_SECONDS ROUNDS."""

import sys
import time

import work


def take_turns(seconds, rounds):
    for _ in range(rounds):
        work.spin(seconds)
        time.sleep(seconds)


work.at_once(1, take_turns, float(sys.argv[1]), int(sys.argv[2]))
