"""A process with 600 MiB starts small ones: large_parent.py bad|fixed.

The fixed form uses posix_spawn, which copies no page tables.
"""

import mmap
import os
import sys

if __name__ == "__main__":
    ballast = mmap.mmap(-1, 600 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    ballast.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, len(ballast), 4096):
        ballast[at] = 1
    for _ in range(80):
        if sys.argv[1] == "fixed":
            child = os.posix_spawn("/bin/true", ["true"], os.environ)
        else:
            child = os.fork()
            if child == 0:
                os._exit(0)
        os.waitpid(child, 0)
