"""What a worker of a pool calls for each item: the work, and what it took.

Workers import this file by its name. Where a worker is a process or an interpreter of its own, what
it took is kept in a file that both sides map, so that it is there when the worker is killed.
"""

import os
import sys
import threading

from tandem_clock import monotonic_ns, process_time_ns, thread_time_ns
from tandem_worker import RunQueue, thread_number

# The cells of a worker's file, 64-bit integers.
STARTED, ENTERED, LEFT, COUNT, RUNNING, PID, TID, QUEUED, WAITED = range(9)
# Reading CPU time is a system call: of short items it is read now and then.
SAMPLED, SAMPLED_CPU, SAMPLED_PROCESS_CPU = range(9, 12)
CELLS = 12
# Nanoseconds of work for each reading of CPU time: it costs less than two hundredths.
READING_PAYS = 50000

local = threading.local()
# The cells of workers that are threads of this interpreter.
shared = []


def call(folder, function, waits, argument):
    """Calls the function as a pool's worker."""
    try:
        meter = local.meter
    except AttributeError:
        meter = local.meter = Meter(folder)
    return meter.call(function, waits, argument)


class Meter(object):
    """What one worker's items took.

    Without a folder it is kept in this interpreter.
    """

    def __init__(self, folder):
        tid = thread_number()
        if folder is None:
            self.cells = [0] * CELLS
            shared.append(self.cells)
            worker = threading.current_thread()
        else:
            import mmap
            import multiprocessing

            descriptor = os.open("%s/%d" % (folder, tid), os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(descriptor, 8 * CELLS)
            self.cells = memoryview(mmap.mmap(descriptor, 8 * CELLS)).cast("q")
            os.close(descriptor)
            worker = multiprocessing.current_process()
        queue = RunQueue()
        self.cells[QUEUED] = queue.read()
        queue.close()
        self.cells[PID], self.cells[TID] = os.getpid(), tid
        self.cells[STARTED] = getattr(worker, "tandem_started", 0)
        self.cells[ENTERED] = monotonic_ns()
        self.skipped = 0
        # What the two readings around an item take by themselves isn't the item's time.
        readings = [monotonic_ns() for _ in range(64)]
        self.clock = min(after - before for before, after in zip(readings, readings[1:]))

    def call(self, function, waits, argument, now=monotonic_ns):
        cells = self.cells
        if self.skipped:
            self.skipped -= 1
            began = now()
            result = function(argument)
            ended = now()
        else:
            in_process = process_time_ns()
            on_cpu = thread_time_ns()
            began = now()
            result = function(argument)
            ended = now()
            on_cpu = thread_time_ns() - on_cpu
            spent = ended - began
            on_cpu = min(on_cpu, spent)
            # A short item has no threads of its own: it would be the readings that show.
            in_process = process_time_ns() - in_process if spent > READING_PAYS else on_cpu
            cells[SAMPLED] += spent
            cells[SAMPLED_CPU] += on_cpu
            cells[SAMPLED_PROCESS_CPU] += in_process
            self.skipped = min(63, READING_PAYS // max(spent, 1))
        if waits:
            cells[WAITED] += result
        cells[RUNNING] += max(0, ended - began - self.clock)
        cells[COUNT] += 1
        cells[LEFT] = ended
        return result


def extend_path(folders):
    """Adds what is missing to where this interpreter looks for modules."""
    sys.path.extend(folder for folder in folders if folder not in sys.path)


def read_cells(folder):
    """The cells of each worker that did an item."""
    if folder is None:
        return [list(cells) for cells in shared if cells[COUNT]]
    import array

    found = []
    for name in os.listdir(folder):
        cells = array.array("q")
        with open(os.path.join(folder, name), "rb") as file:
            cells.frombytes(file.read())
        if len(cells) == CELLS and cells[COUNT]:
            found.append(list(cells))
    return found


def stamp_starts():
    """Makes threads and processes know when they were started."""
    from multiprocessing.process import BaseProcess
    from threading import Thread

    for kind in (Thread, BaseProcess):
        def start(worker, start=kind.start):
            worker.tandem_started = monotonic_ns()
            return start(worker)

        kind.start = start
