"""One worker: it calls the work and reports what it saw of itself.

Workers under `spawn` and `forkserver` import this file by its name, so importing it must stay cheap
and do nothing.
"""

import os
import struct

from tandem_clock import monotonic_ns, process_time_ns, thread_time_ns
from tandem_work import Failure, explain, for_each, make_body

SCHEDSTAT = "/proc/thread-self/schedstat"
READY = "TANDEM_DRIVER_READY"
SAVED_PATH = "TANDEM_DRIVER_PYTHONPATH"

# What a worker reports of itself: state, then nanoseconds and counts; -1 is "not measured".
RECORD = struct.Struct("=12q")
NOTHING, DONE, FAILED = 0, 1, 2


class RunQueue(object):
    """The calling thread's time in the run queue, from the second field of its schedstat.

    `os.open` and `os.pread` let go of the GIL, and a thread that lets go of it may have to wait
    for its turn: under threads the reading would decide who runs when. There the C library is
    called without letting go (`libc`, a ctypes.PyDLL).
    """

    def __init__(self, libc=None):
        self.libc = libc
        self.descriptor = -1
        try:
            if libc is None:
                self.descriptor = os.open(SCHEDSTAT, os.O_RDONLY | os.O_CLOEXEC)
            else:
                self.buffer = bytearray(96)
                self.address = libc.address_of(self.buffer)
                self.descriptor = libc.open(SCHEDSTAT.encode(), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            pass

    def read(self):
        """Nanoseconds, or -1 where the kernel doesn't tell."""
        if self.descriptor < 0:
            return -1
        if self.libc is None:
            text = os.pread(self.descriptor, 96, 0)
        else:
            text = self.buffer[:max(0, self.libc.pread(self.descriptor, self.address, 96, 0))]
        fields = text.split()
        return int(fields[1]) if len(fields) > 1 else -1

    def close(self):
        if self.descriptor >= 0:
            (os if self.libc is None else self.libc).close(self.descriptor)


def library_that_keeps_the_gil():
    """The C library, called without letting go of the GIL; None when this Python has no ctypes."""
    try:
        import ctypes

        libc = ctypes.PyDLL(None)
        libc.pread.argtypes = [
            ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long]
        libc.address_of = lambda buffer: ctypes.addressof(ctypes.c_char.from_buffer(buffer))
        return libc
    except (ImportError, AttributeError, OSError):
        return None


def thread_usage():
    """Reads the calling thread's context switches; gives a function, which may return None."""
    try:
        import resource

        who = resource.RUSAGE_THREAD
        resource.getrusage(who)
        return lambda: resource.getrusage(who)
    except (ImportError, AttributeError, ValueError, OSError):
        return lambda: None


def thread_number():
    """The calling thread's number in the kernel (gettid(2)), or -1 where this Python can't tell."""
    import _thread

    if hasattr(_thread, "get_native_id"):  # from 3.8 on
        return _thread.get_native_id()
    try:
        return int(os.path.basename(os.readlink("/proc/thread-self")))
    except (OSError, ValueError):
        return -1


def perform(body, argument, queue, usage, waits):
    """Runs the body and gives its record, the failure if it raised, and its result.

    The CPU time is read inside of the two wall times, so that it can't exceed their difference;
    what costs a system call more is read outside of them.
    """
    failure = result = None
    queued = -1 if queue is None else queue.read()
    switched = usage()
    in_process = process_time_ns()
    entered = monotonic_ns()
    on_cpu = thread_time_ns()
    try:
        result = body(argument)
    except BaseException as error:  # SystemExit would end a thread without a word
        failure = error
    on_cpu = thread_time_ns() - on_cpu
    left = monotonic_ns()
    in_process = process_time_ns() - in_process
    voluntary = involuntary = -1
    if switched is not None:
        switched_after = usage()
        voluntary = switched_after.ru_nvcsw - switched.ru_nvcsw
        involuntary = switched_after.ru_nivcsw - switched.ru_nivcsw
    if queued >= 0:
        # The reading is a little wider than the body; what is runnable is not on a CPU.
        queued = min(queue.read() - queued, max(0, left - entered - on_cpu))
    record = [
        DONE if failure is None else FAILED, entered, left, min(on_cpu, left - entered), queued,
        voluntary, involuntary, result if waits and failure is None else -1, 0, os.getpid(),
        thread_number(), in_process]
    if failure is not None:
        failure = explain(failure, "raised", "the function raised")
    return record, failure, result


def arrive(plan, index):
    """Tells the driver that the work is done (memory runs only)."""
    descriptor = os.open(plan["arrived"], os.O_WRONLY)
    os.write(descriptor, struct.pack("=i", index))
    os.close(descriptor)


def wait_at_gate(plan):
    """Returns when the driver opens the gate: opening a FIFO to read waits for a writer."""
    os.close(os.open(plan["gate"], os.O_RDONLY))


def process_entry(plan, index, argument):
    """What a worker process runs. Results go into a file, at the worker's own place: no queue, no
    thread that feeds it and no pipe take part in the run."""
    record, failure, result = [NOTHING] * 12, None, None
    try:
        body = for_each(make_body(plan["work"]), plan["waits"], True)
        queue = RunQueue()
        record, failure, result = perform(body, argument, queue, thread_usage(), plan["waits"])
    except Failure as error:
        record[0], record[2], failure = FAILED, monotonic_ns(), error
    if failure is not None:
        import json

        with open("%s.%d" % (plan["records"], index), "w") as file:
            json.dump(failure.answer, file)
    elif plan["gate"]:
        arrive(plan, index)
        wait_at_gate(plan)
    del result
    descriptor = os.open(plan["records"], os.O_WRONLY)
    record[8] = monotonic_ns()
    os.pwrite(descriptor, RECORD.pack(*record), index * RECORD.size)
    os.close(descriptor)


if READY in os.environ:
    # The fork server has imported us: put its environment right, and say that it is ready.
    os.environ.pop("PYTHONPATH", None)
    if SAVED_PATH in os.environ:
        os.environ["PYTHONPATH"] = os.environ.pop(SAVED_PATH)
    os.close(os.open(os.environ.pop(READY), os.O_WRONLY))
