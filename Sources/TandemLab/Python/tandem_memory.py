"""The memory of workers that are held at the end of their work."""

import os
import struct
import time


class Gate(object):
    """Holds the workers at the end of their work until their memory has been read."""

    def __init__(self, plan, directory):
        for name in ("arrived", "gate"):
            plan[name] = os.path.join(directory, name)
            os.mkfifo(plan[name])
        # Open for both: then there is never an end of file, and no opening waits for another.
        self.arrived = os.open(plan["arrived"], os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.path = plan["gate"]

    def hold(self, count, sentinels, read):
        """Calls `read` with the indices of those who arrived, when all have arrived or ended."""
        import select

        poll = select.epoll()
        poll.register(self.arrived, select.EPOLLIN)
        for sentinel in sentinels:
            poll.register(sentinel, select.EPOLLIN)
        arrived, ended = set(), set()
        while len(arrived | ended) < count:
            for descriptor, _ in poll.poll():
                if descriptor == self.arrived:
                    data = os.read(descriptor, 4)
                    arrived.add(struct.unpack("=i", data)[0])
                else:
                    poll.unregister(descriptor)
                    ended.add(sentinels[descriptor])
        poll.close()
        read(sorted(arrived - ended))
        os.open(self.path, os.O_RDWR)  # stays open: one who comes late must not wait for ever


def process_memory(pid):
    """PSS and USS of a process in KiB, or None."""
    sizes = {}
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            for line in file:
                fields = line.split()
                if len(fields) == 3 and fields[2] == "kB":
                    sizes[fields[0]] = int(fields[1])
        private = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
        return sizes["Pss:"], private + sizes.get("Private_Hugetlb:", 0)
    except (OSError, KeyError, ValueError):
        return None


def stack_pointer(thread):
    """The stack pointer of a thread of ours that sleeps (proc(5): /proc/PID/syscall), or None."""
    for _ in range(200):
        try:
            with open("/proc/self/task/%d/syscall" % thread) as file:
                fields = file.read().split()
            if len(fields) > 1:
                return int(fields[-2], 16)
        except (OSError, ValueError):
            return None
        time.sleep(0.001)  # "running": on its way to the gate
    return None


def stacks_resident(threads):
    """KiB of the stack of each thread that are resident; None when any can't be read.

    A mapping that holds several stacks is counted once.
    """
    pointers = [stack_pointer(thread) for thread in threads]
    if None in pointers or not pointers:
        return None
    resident, inside = {}, None
    try:
        with open("/proc/self/smaps") as file:
            for line in file:
                head = line.split(None, 1)[0]
                if not head.endswith(":"):
                    low, high = (int(end, 16) for end in head.split("-"))
                    held = any(low <= pointer < high for pointer in pointers)
                    inside = low if held else None
                elif head == "Rss:" and inside is not None:
                    resident[inside] = int(line.split()[1])
    except (OSError, ValueError):
        return None
    return sum(resident.values()) / float(len(pointers)) if resident else None
