"""Threads or processes? Tandem measures which, and says why.

The command ``tandem`` compares ways to run a piece of work, and explains any program. This module
explains a block of the running process::

    import tandem

    with tandem.watch() as seen:
        work()
    print(seen.findings)

In IPython and Jupyter, ``%load_ext tandem`` adds ``%%tandem``, which explains a cell.
"""

from .magic import load_ipython_extension, unload_ipython_extension
from .watching import Error, Watch, watch

__all__ = ["Error", "Watch", "load_ipython_extension", "unload_ipython_extension", "watch"]
