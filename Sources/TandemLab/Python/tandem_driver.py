"""Runs one piece of work under one of CPython's execution models and reports what it saw.

    python3 tandem_driver.py REQUEST.json

The request names a file, and exactly one JSON object is written there: the answer. Nothing is ever
written to standard output, which belongs to the work.

Standard library only. Runs on 3.6 and newer; the syntax of what every request imports is kept to
what older versions parse too, so that they can answer "too old" instead of a syntax error.
"""

import os
import sys


def import_by_name():
    """The module with the requests, under the name by which workers could import it, its bytecode
    kept beside it."""
    here = os.path.dirname(os.path.abspath(__file__))
    # Last, so that nothing of the user's is hidden by our folder.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here] + [here]
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        import tandem_requests
    finally:
        sys.dont_write_bytecode = keep
    # multiprocessing runs the file of __main__ again in each worker; there is nothing in it.
    sys.modules["__main__"].__dict__.pop("__file__", None)
    return tandem_requests


if __name__ == "__main__":
    import_by_name().main(sys.argv[1])
