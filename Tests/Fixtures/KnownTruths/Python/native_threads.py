"""Threads in native code that releases the GIL:
native_threads.py sha256|zlib|numpy COUNT CPU_SECONDS."""

import os
import sys

import work

kind = sys.argv[1]
if kind == "sha256":
    import hashlib

    function, argument = hashlib.sha256, bytes(8 << 20)
elif kind == "zlib":
    import zlib

    function, argument = zlib.compress, bytes(4 << 20)
else:
    # Its BLAS starts a thread for each further CPU on import, which isn't what is shown here.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import numpy

    function, argument = numpy.sort, numpy.arange(1 << 20)[::-1].copy()

work.at_once(int(sys.argv[2]), work.call_until, float(sys.argv[3]), function, argument)
