"""Runs one piece of work under one of CPython's execution models and reports what it saw.

    python3 tandem_driver.py REQUEST.json

The request names a file, and exactly one JSON object is written there: the answer. Nothing is ever
written to standard output, which belongs to the work.

Standard library only. Runs on 3.8 and newer; the syntax is kept to what older versions parse too,
so that they can answer "too old" instead of a syntax error. Workers under `spawn` and `forkserver`
import this file by its name, so importing it must stay cheap and do nothing.
"""

import os
import struct
import sys
import time

SCHEDSTAT = "/proc/thread-self/schedstat"
READY = "TANDEM_DRIVER_READY"
SAVED_PATH = "TANDEM_DRIVER_PYTHONPATH"

# What a worker reports of itself: state, then nanoseconds and counts; -1 is "not measured".
RECORD = struct.Struct("=12q")
NOTHING, DONE, FAILED = 0, 1, 2


class Failure(Exception):
    """What goes into the answer instead of a result: a code of a closed list, and a sentence."""

    def __init__(self, code, message, traceback=None, worker=None, exit_code=None, signal=None):
        Exception.__init__(self, message)
        self.answer = {
            "code": code, "message": message, "traceback": traceback, "worker": worker,
            "exit_code": exit_code, "signal": signal,
        }


def explain(error, code, what, worker=None):
    """The failure for an exception of the user's, with the frames of the user's own code."""
    import traceback

    frames = error.__traceback__
    own = (__file__, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
    while frames is not None and frames.tb_frame.f_code.co_filename in own:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    detail = "".join(traceback.format_exception_only(type(error), error)).strip()
    return Failure(code, "%s: %s" % (what, detail.splitlines()[-1]), text[-16384:], worker)


# The work ----------------------------------------------------------------------------------------


def squares(iterations):
    """The lesson's loop."""
    a = b = 0
    for i in range(iterations):
        a = i * i
        b = (i * i) + 1
    return a + b


def calibrate(seconds):
    """The iterations of `squares` that take about `seconds` of CPU time, at the best of three."""
    iterations, best = 1000, 0.0
    while True:
        began = time.thread_time_ns()
        squares(iterations)
        if time.thread_time_ns() - began >= 5000000:
            break
        iterations *= 2
    for _ in range(3):
        began = time.thread_time_ns()
        squares(iterations)
        best = max(best, iterations / float(time.thread_time_ns() - began))
    return max(1, int(best * seconds * 1e9))


def settle(work):
    """Makes work the same for every worker: where it is set by its CPU time, by giving it a number
    of iterations; where it names files, whatever folder a worker is in."""
    for key in ("path", "arguments_file"):
        if work.get(key):
            work[key] = os.path.abspath(work[key])
    share = {"cpu": 1.0, "mixed": 0.5}.get(work["kind"])
    if share and not work.get("iterations"):
        work["iterations"] = calibrate(share * work["work_time_s"])


def wait_for_nobody(descriptor, seconds):
    """Waits on a pipe that nobody writes, and gives the nanoseconds of I/O.

    What comes after the kernel could first have woken the thread is waiting for a CPU or for the
    GIL, not I/O. The kernel may be late by a thousandth of the timeout or by the timer slack,
    50 microseconds (select_estimate_accuracy in fs/select.c).
    """
    import select

    began = time.monotonic_ns()
    select.select([descriptor], [], [], seconds)
    elapsed = time.monotonic_ns() - began
    return min(elapsed, int(seconds * 1e9) + max(int(seconds * 1e6), 50000))


def make_body(work):
    """What a worker calls with its item; for built-in work it returns its nanoseconds of I/O."""
    kind = work["kind"]
    if kind == "function":
        return load(work["path"], work["function"])
    if kind in ("squares", "cpu"):
        iterations = work["iterations"]

        def compute(_):
            squares(iterations)

        return compute
    if kind not in ("io", "mixed"):
        raise Failure("bad-request", "no work is called %r" % (kind,))
    import select  # noqa: F401 - imported here, so that no body pays for it

    descriptor, _ = os.pipe()
    seconds = work["work_time_s"]
    if kind == "io":
        return lambda _: wait_for_nobody(descriptor, seconds)
    iterations = work["iterations"]

    def alternate(_):
        waited = 0
        for part in range(5):
            squares(iterations * (part + 1) // 5 - iterations * part // 5)
            waited += wait_for_nobody(descriptor, seconds / 10.0)
        return waited

    return alternate


def for_each(body, waits):
    """Calls the body with each of a worker's arguments, and adds up what it waited."""
    def share(arguments):
        waited = result = 0
        for argument in arguments:
            result = body(argument)
            if waits:
                waited += result
        return waited if waits else result

    return share


def shares(arguments, workers):
    """The arguments of each worker: neighbours, as equal in number as can be."""
    count = len(arguments)
    return [
        arguments[count * worker // workers:count * (worker + 1) // workers]
        for worker in range(workers)
    ]


def arguments_of(work, count):
    """The first `count` arguments, or as many as there are when `count` is None."""
    source = work.get("arguments_file")
    if work["kind"] != "function" or source is None:
        return list(range(work.get("items", 0) if count is None else count))
    import json

    try:
        with open(source, "rb") as file:
            items = json.loads(file.read().decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        code = "no-such-file" if isinstance(error, OSError) else "bad-arguments"
        raise Failure(code, "can't read the arguments from %s: %s" % (source, error))
    except ValueError as error:
        raise Failure("bad-arguments", "%s is not JSON: %s" % (source, error))
    if not isinstance(items, list) or not items:
        raise Failure("bad-arguments", "%s must hold a JSON array with an element a call" % source)
    if count is not None and count > len(items):
        raise Failure(
            "bad-arguments", "%d calls, but %s has %d elements" % (count, source, len(items)))
    return items[:count]


# The user's function -----------------------------------------------------------------------------

loaded = {}


def load(path, name):
    """Imports the file at `path` and gives its function `name`.

    The module is registered under the name that an import from its own folder would use, so that
    siblings, packages and the user's own use of multiprocessing find it; where the name is taken
    by another module, under one of ours.
    """
    if (path, name) not in loaded:
        loaded[path, name] = check(find(path, name), "%s:%s" % (os.path.basename(path), name))
    return loaded[path, name]


def find(path, name):
    import importlib
    import importlib.machinery
    import importlib.util

    full = os.path.abspath(path)
    if not os.path.isfile(full):
        raise Failure("no-such-file", "there is no file %s" % path)
    root, stem = os.path.split(os.path.splitext(full)[0])
    names = [stem]
    while os.path.isfile(os.path.join(root, "__init__.py")):
        root, package = os.path.split(root)
        names.insert(0, package)
    if root not in sys.path:
        sys.path.insert(0, root)
    dotted = ".".join(names)
    try:
        if len(names) > 1:
            importlib.import_module(".".join(names[:-1]))
        elif not stem.isidentifier() or stem in sys.modules or stem in sys.builtin_module_names:
            dotted = "tandem_work_" + "".join(c if c.isalnum() else "_" for c in stem)
        spec = importlib.util.spec_from_file_location(dotted, full)
        if spec is None:
            source = importlib.machinery.SourceFileLoader(dotted, full)
            spec = importlib.util.spec_from_loader(dotted, source)
        module = importlib.util.module_from_spec(spec)
        sys.modules[dotted] = module
        spec.loader.exec_module(module)
    except BaseException as error:  # a module may call sys.exit
        raise explain(error, "import-failed", "importing %s failed" % path)
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise Failure("no-such-function", "%s has no function %s" % (path, name))
        found = getattr(found, part)
    return found


def check(function, label):
    """Refuses what can't be called with one argument, or would do nothing when called."""
    if not callable(function):
        kind = type(function).__name__
        raise Failure("not-callable", "%s is not a function: it is of type %s" % (label, kind))
    code = getattr(function, "__code__", None)
    if code is None or hasattr(function, "__self__"):
        return function
    if code.co_flags & 0x2A0:  # CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
        raise Failure(
            "not-callable",
            "%s is a generator or a coroutine: calling it would run nothing of it" % label)
    required = code.co_argcount - len(function.__defaults__ or ())
    required_keywords = code.co_kwonlyargcount - len(function.__kwdefaults__ or ())
    takes_one = code.co_argcount > 0 or code.co_flags & 0x04  # CO_VARARGS
    if required > 1 or required_keywords > 0 or not takes_one:
        raise Failure("wrong-arguments", "%s can't be called with exactly one argument" % label)
    return function


# One worker --------------------------------------------------------------------------------------


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

    return _thread.get_native_id() if hasattr(_thread, "get_native_id") else -1


def perform(body, argument, queue, usage, waits):
    """Runs the body and gives its record, the failure if it raised, and its result.

    The CPU time is read inside of the two wall times, so that it can't exceed their difference;
    what costs a system call more is read outside of them.
    """
    failure = result = None
    queued = -1 if queue is None else queue.read()
    switched = usage()
    in_process = time.process_time_ns()
    entered = time.monotonic_ns()
    on_cpu = time.thread_time_ns()
    try:
        result = body(argument)
    except BaseException as error:  # SystemExit would end a thread without a word
        failure = error
    on_cpu = time.thread_time_ns() - on_cpu
    left = time.monotonic_ns()
    in_process = time.process_time_ns() - in_process
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
        body = for_each(make_body(plan["work"]), plan["waits"])
        queue = RunQueue()
        record, failure, result = perform(body, argument, queue, thread_usage(), plan["waits"])
    except Failure as error:
        record[0], record[2], failure = FAILED, time.monotonic_ns(), error
    if failure is not None:
        import json

        with open("%s.%d" % (plan["records"], index), "w") as file:
            json.dump(failure.answer, file)
    elif plan["gate"]:
        arrive(plan, index)
        wait_at_gate(plan)
    del result
    descriptor = os.open(plan["records"], os.O_WRONLY)
    record[8] = time.monotonic_ns()
    os.pwrite(descriptor, RECORD.pack(*record), index * RECORD.size)
    os.close(descriptor)


# The run -----------------------------------------------------------------------------------------


class Run(object):
    """One run: starts the workers, sees them end, and keeps what they report."""

    def __init__(self, request, gated=False):
        self.directory = request["directory"]
        self.work = request["work"]
        self.model = request["model"]
        self.at_once = gated or request["schedule"] == "all-at-once"
        settle(self.work)
        self.waits = self.work["kind"] in ("io", "mixed")
        self.body = for_each(make_body(self.work), self.waits)
        self.count = request["workers"]
        items = arguments_of(self.work, request.get("items") or self.count)
        self.arguments = shares(items, self.count)
        self.plan = {
            "work": self.work, "waits": self.waits, "gate": None,
            "records": os.path.join(self.directory, "records"),
        }
        self.started = [0] * self.count
        self.ended = [0] * self.count
        self.records = [None] * self.count
        self.usages = [None] * self.count
        self.failures = []  # (when, Failure)
        self.spans = []
        self.notes = []
        self.gate = Gate(self.plan, self.directory) if gated else None

    def span(self, activity, began):
        self.spans.append(
            {"activity": activity, "from_ns": began, "to_ns": time.monotonic_ns()})

    def fail(self, when, failure, worker):
        failure.answer["worker"] = worker
        self.failures.append((when, failure))

    def start(self, worker, index):
        """Whether the worker could be started; why not is kept."""
        self.started[index] = time.monotonic_ns()
        try:
            worker.start()
            return True
        except (OSError, RuntimeError, EOFError) as error:
            sentence = "worker %d could not be started: %s" % (index, error)
            self.fail(self.started[index], Failure("start-failed", sentence), index)
            return False

    def finish(self):
        """Raises the first failure, if any."""
        if self.failures:
            raise min(self.failures, key=lambda entry: entry[0])[1]

    def workers(self, gil):
        """The workers' records as the answer has them."""
        return [self.worker(index, gil) for index in range(self.count)]

    def worker(self, index, gil):
        (_, entered, left, on_cpu, queued, voluntary, involuntary, io, _, pid, tid, in_process) = \
            self.records[index]
        answer = {
            "start_called_ns": self.started[index], "body_entered_ns": entered,
            "body_left_ns": left, "end_observed_ns": max(self.ended[index], left),
            "on_cpu_ns": on_cpu, "blocked": {}, "usage": self.usages[index],
        }
        # Threads share their process's CPU time.
        if not isinstance(self, ThreadRun):
            answer["process_cpu_ns"] = max(in_process, on_cpu)
        if queued >= 0:
            answer["runnable_ns"] = queued
        if voluntary >= 0:
            answer["switches"] = {"voluntary": voluntary, "involuntary": involuntary}
        if tid > 0:
            answer["pid"], answer["tid"] = pid, tid
        if io >= 0:
            answer["blocked"]["io_ns"] = io
        # The built-in work waits for nothing but its pipe and the GIL.
        if gil and queued >= 0:
            known = on_cpu + queued + max(0, io)
            answer["blocked"]["gil_ns"] = max(0, left - entered - known)
        return answer


class SerialRun(Run):
    def go(self):
        queue, usage = RunQueue(), thread_usage()
        self.began = time.monotonic_ns()
        for index, argument in enumerate(self.arguments):
            self.started[index] = time.monotonic_ns()
            record, failure, _ = perform(self.body, argument, queue, usage, self.waits)
            self.ended[index] = time.monotonic_ns()
            self.records[index] = record
            if failure is not None:
                self.fail(record[2], failure, index)
                break
        self.over = time.monotonic_ns()


class ThreadRun(Run):
    def go(self):
        from threading import Thread, get_native_id

        # A GIL that is off can't be let go of; a gated run is not timed.
        libc = None
        if gil_enabled() is not False and self.gate is None:
            libc = library_that_keeps_the_gil()
            if libc is None:
                self.notes.append(
                    "time runnable: this Python has no ctypes to read it without letting go of "
                    "the GIL")
        read = libc is not None or gil_enabled() is False
        usage = thread_usage()
        self.native = [0] * self.count

        def entry(index):
            queue = RunQueue(libc) if read else None
            record, failure, _ = perform(
                self.body, self.arguments[index], queue, usage, self.waits)
            if queue is not None:
                queue.close()
            if failure is not None:
                self.fail(record[2], failure, index)
            if self.gate is not None:
                self.native[index] = get_native_id()
                arrive(self.plan, index)
                wait_at_gate(self.plan)
            record[8] = time.monotonic_ns()
            self.records[index] = record

        self.began = time.monotonic_ns()
        if self.at_once:
            threads = [Thread(target=entry, args=(index,)) for index in range(self.count)]
            self.span("preparing", self.began)
            running = 0
            while running < self.count and self.start(threads[running], running):
                running += 1
            if self.gate is not None:
                self.gate.hold(running, {}, lambda _: self.read_memory())
            for index in range(running):
                # A thread that ended while another was joined is not still ending: what it wrote
                # last is its end then.
                late = not threads[index].is_alive()
                threads[index].join()
                self.ended[index] = self.records[index][8] if late else time.monotonic_ns()
        else:
            for index in range(self.count):
                thread = Thread(target=entry, args=(index,))
                if not self.start(thread, index):
                    break
                thread.join()
                self.ended[index] = time.monotonic_ns()
                if self.failures:
                    break
        self.over = time.monotonic_ns()

    def read_memory(self):
        """KiB of each thread's stack, while all of them wait at the gate."""
        self.memory = stacks_resident(self.native)


class ProcessRun(Run):
    def go(self):
        import multiprocessing

        method = self.model[len("processes-"):]
        if method not in multiprocessing.get_all_start_methods():
            raise Failure("no-such-start-method", "this Python can't start processes by " + method)
        self.own = method in ("fork", "spawn")  # else they are the fork server's children
        context = multiprocessing.get_context(method)
        keep_files_together(self.directory)
        with open(self.plan["records"], "wb") as file:
            file.truncate(RECORD.size * self.count)
        if self.own:
            from multiprocessing import popen_fork

            popen_fork.Popen.poll = poll_with_accounts
        else:
            self.notes.append("resources of each worker: they are children of Python's fork server")
        self.began = time.monotonic_ns()
        if method == "forkserver":
            self.start_server(context)
        began = time.monotonic_ns()
        if method == "spawn":
            from multiprocessing import resource_tracker

            resource_tracker.ensure_running()

        def make(index):
            arguments = (self.plan, index, self.arguments[index])
            # Workers import this module by its name; __main__ is not run again in them.
            entry = sys.modules["tandem_driver"].process_entry
            return context.Process(target=entry, args=arguments)

        if self.at_once:
            processes = [make(index) for index in range(self.count)]
            self.span("preparing", began)
            running = 0
            while running < self.count and self.start(processes[running], running):
                running += 1
            sentinels = {processes[index].sentinel: index for index in range(running)}
            if self.gate is not None:
                self.gate.hold(
                    running, sentinels,
                    lambda indices: self.read_memory([processes[i].pid for i in indices]))
            self.join_as_they_end(processes, sentinels)
        else:
            self.span("preparing", began)
            for index in range(self.count):
                process = make(index)
                if not self.start(process, index):
                    break
                self.reap(process, index)
                process.close()
                if self.failures or os.path.exists("%s.%d" % (self.plan["records"], index)):
                    break
        self.over = time.monotonic_ns()
        self.collect()

    def start_server(self, context):
        """Starts the fork server, and waits until it can serve.

        `ensure_running` returns before the server's interpreter has begun. The server imports
        what it is told to preload as its last act before it serves: this file, which then opens
        and closes the FIFO that it finds in the environment.
        """
        import select
        from multiprocessing import forkserver

        began = time.monotonic_ns()
        ready = os.path.join(self.directory, "ready")
        os.mkfifo(ready)
        descriptor = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
        context.set_forkserver_preload(["tandem_driver"])
        path = os.environ.get("PYTHONPATH")
        here = os.path.dirname(os.path.abspath(__file__))
        os.environ[READY] = ready
        if path is not None:
            os.environ[SAVED_PATH] = path
        # The server of older versions does not take over sys.path.
        os.environ["PYTHONPATH"] = here + (os.pathsep + path if path else "")
        try:
            forkserver.ensure_running()
        finally:
            os.environ.pop(READY, None)
            os.environ.pop(SAVED_PATH, None)
            if path is None:
                os.environ.pop("PYTHONPATH", None)
            else:
                os.environ["PYTHONPATH"] = path
        if not select.select([descriptor], [], [], 10.0)[0]:
            self.notes.append("the fork server's start: it did not say when it was ready")
        os.close(descriptor)
        self.span("starting_server", began)

    def join_as_they_end(self, processes, sentinels):
        """Sees each end when it happens, in whatever order."""
        import select

        poll = select.epoll()
        for sentinel in sentinels:
            poll.register(sentinel, select.EPOLLIN)
        remaining = len(sentinels)
        while remaining:
            for sentinel, _ in poll.poll():
                poll.unregister(sentinel)
                self.reap(processes[sentinels[sentinel]], sentinels[sentinel])
                remaining -= 1
        poll.close()

    def reap(self, process, index):
        """Joins the process, and keeps what the kernel accounted to it."""
        process.join()
        self.ended[index] = time.monotonic_ns()
        usage = getattr(process._popen, "tandem_usage", None)
        if usage is not None:
            self.usages[index] = account(usage)
        if process.exitcode != 0:
            self.fail(self.ended[index], died(index, process.exitcode), index)

    def collect(self):
        """Reads what the workers wrote."""
        with open(self.plan["records"], "rb") as file:
            self.records = list(RECORD.iter_unpack(file.read()))
        for index, record in enumerate(self.records):
            if record[0] == FAILED:
                import json

                with open("%s.%d" % (self.plan["records"], index)) as file:
                    self.fail(record[2], Failure(**json.load(file)), index)
            elif record[0] == NOTHING and self.ended[index] and not self.failures:
                self.fail(self.ended[index], died(index, 0), index)

    def read_memory(self, pids):
        self.memory = [process_memory(pid) for pid in pids]


def poll_with_accounts(popen, flag=os.WNOHANG):
    """What multiprocessing's Popen.poll does, except that it keeps what wait4(2) tells.

    It is called for each child whenever another is started, so that one may be waited for long
    before it is joined; os.wait4 is slower than a look, and left for children that have ended.
    """
    if popen.returncode is None:
        try:
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if flag == os.WNOHANG and os.waitid(os.P_PID, popen.pid, look) is None:
                return None
            pid, status, usage = os.wait4(popen.pid, flag)
        except OSError:
            return None
        if pid == popen.pid:
            signal = status & 0x7F
            popen.returncode = -signal if signal else status >> 8
            popen.tandem_usage = usage
    return popen.returncode


def died(index, code):
    """The failure of a worker process that ended before it reported."""
    if code < 0:
        sentence = "worker %d was ended by signal %d" % (index, -code)
        return Failure("worker-died", sentence, signal=-code)
    sentence = "worker %d ended with exit code %d before its work was done" % (index, code)
    return Failure("worker-died", sentence, exit_code=code)


def account(usage):
    """A struct_rusage as the answer has it."""
    return {
        "user_s": usage.ru_utime, "system_s": usage.ru_stime,
        "switches": {"voluntary": usage.ru_nvcsw, "involuntary": usage.ru_nivcsw},
        "max_resident_kib": usage.ru_maxrss,
    }


def tree_usage():
    """What was accounted to this process and to the children that it waited for."""
    import resource

    return [
        account(resource.getrusage(who)) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]


def total(before, after):
    """The difference of two `tree_usage`."""
    def grown(value):
        return sum(value(now) - value(then) for then, now in zip(before, after))

    return {
        "user_s": grown(lambda usage: usage["user_s"]),
        "system_s": grown(lambda usage: usage["system_s"]),
        "switches": {
            kind: grown(lambda usage, kind=kind: usage["switches"][kind])
            for kind in ("voluntary", "involuntary")
        },
        "max_resident_kib": max(usage["max_resident_kib"] for usage in after),
    }


def keep_files_together(directory):
    """Makes multiprocessing put its sockets into our folder, so that nothing of a run that was
    killed stays behind. Addresses of sockets are short (unix(7): 108 bytes)."""
    from multiprocessing import process

    if len(directory) < 60:
        process.current_process()._config["tempdir"] = directory


def stop_helpers(notes):
    """Ends multiprocessing's own processes and waits for them, so that what was accounted to them
    and to their children is ours."""
    for name, holder, alive, pid, what in (
        ("forkserver", "_forkserver", "_forkserver_alive_fd", "_forkserver_pid", "fork server"),
        ("resource_tracker", "_resource_tracker", "_fd", "_pid", "resource tracker"),
    ):
        module = sys.modules.get("multiprocessing." + name)
        helper = getattr(module, holder, None)
        child = getattr(helper, pid, None)
        if child is None or getattr(helper, alive, None) is None:
            continue
        os.close(getattr(helper, alive))  # they end when their pipe does
        setattr(helper, alive, None)
        setattr(helper, pid, None)
        # A process left behind by the work may hold the pipe open.
        deadline = time.monotonic() + 2.0
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(child, 9)
                os.waitpid(child, 0)
                notes.append("all resources of Python's %s: it had to be killed" % what)
                break
            time.sleep(0.0005)


# Memory ------------------------------------------------------------------------------------------


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


def memory_answer(run):
    answer = {
        "pss_kib_per_worker": None, "uss_kib_per_worker": None, "stack_kib_per_worker": None,
        "how": "not measured", "when": "not measured",
    }
    if isinstance(run, SerialRun):
        answer["how"] = "not measured: there are no workers"
        return answer
    memory = run.memory
    if not memory or (isinstance(memory, list) and None in memory):
        return answer
    if isinstance(run, ThreadRun):
        answer["stack_kib_per_worker"] = memory
        answer["how"] = "resident part of the mapping around each stack pointer (/proc/self/smaps)"
    else:
        answer["pss_kib_per_worker"] = sum(pss for pss, _ in memory) / float(len(memory))
        answer["uss_kib_per_worker"] = sum(uss for _, uss in memory) / float(len(memory))
        answer["how"] = "Pss and Private_* of each worker's /proc/PID/smaps_rollup"
    answer["when"] = "at the end of the work, %d workers at once" % run.count
    return answer


# The requests ------------------------------------------------------------------------------------


def gil_enabled():
    """Whether the GIL is on; None when this interpreter can't tell."""
    if hasattr(sys, "_is_gil_enabled"):
        return sys._is_gil_enabled()
    # Before 3.13 no CPython could be built without.
    return True if sys.implementation.name == "cpython" else None


def interpreter():
    """What this interpreter says of itself; to be asked after the user's module was imported."""
    import multiprocessing
    import platform
    import sysconfig

    version = platform.python_version()
    return {
        "executable": sys.executable or "", "prefix": sys.prefix, "version": version,
        "implementation": platform.python_implementation(),
        "gil_can_be_off": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "gil_enabled": gil_enabled(),
        "start_methods": multiprocessing.get_all_start_methods(),
    }


def describe(request):
    answer = {"items": None, "iterations": None}
    work = request.get("work")
    if work is not None:
        settle(work)
        make_body(work)
        answer["items"] = len(arguments_of(work, None))
        answer["iterations"] = work.get("iterations")
    answer["interpreter"] = interpreter()
    return answer


def make_run(request, gated=False):
    model = request["model"]
    kinds = {"serial": SerialRun, "threads": ThreadRun}
    kind = kinds.get(model, ProcessRun if model.startswith("processes-") else None)
    if kind is None:
        raise Failure("bad-request", "no model is called %r" % (model,))
    return kind(request, gated)


def pass_gate(gate):
    """Says to whoever watches that we are here, and goes on when they are ready. The gate is two
    pipes of theirs, which end with them."""
    descriptor = os.open(gate["arrived"], os.O_WRONLY)
    os.write(descriptor, struct.pack("<i", os.getpid()))
    os.close(descriptor)
    descriptor = os.open(gate["go"], os.O_RDONLY)
    os.read(descriptor, 1)
    os.close(descriptor)


def measure(request):
    # Models pay for starting workers, not for what a program imports once.
    if request["model"] == "threads":
        import threading  # noqa: F401
    elif request["model"].startswith("processes-"):
        import importlib

        method = request["model"][len("processes-"):]
        for name in {"forkserver": ("popen_forkserver", "forkserver", "resource_tracker"),
                     "spawn": ("popen_spawn_posix", "resource_tracker")}.get(
                         method, ("popen_fork",)):
            importlib.import_module("multiprocessing." + name)
    run = make_run(request)
    if request.get("watch"):
        pass_gate(request["watch"])
    before = tree_usage()
    try:
        run.go()
    finally:
        stop_helpers(run.notes)
    run.finish()
    threads = isinstance(run, ThreadRun)
    builtin = run.work["kind"] != "function"
    gil = threads and builtin and gil_enabled() is True
    if threads and not builtin and gil_enabled() is not False:
        run.notes.append("time waiting for the GIL: not distinguished from other waiting")
    workers = run.workers(gil)
    told = any(note.startswith("time runnable") for note in run.notes)
    if any("runnable_ns" not in worker for worker in workers) and not told:
        run.notes.append("time runnable: the kernel keeps no %s" % SCHEDSTAT)
    if any("switches" not in worker for worker in workers):
        run.notes.append("context switches of each worker: this Python can't read them")
    return {
        "record": {
            "began_ns": run.began, "ended_ns": run.over, "driver": run.spans, "workers": workers,
            "usage": total(before, tree_usage()), "not_measured": run.notes,
        }
    }


def measure_memory(request):
    request = dict(request, workers=min(4, request["workers"]))
    run = make_run(request, gated=True)
    run.memory = None
    if not isinstance(run, SerialRun):
        try:
            run.go()
        finally:
            stop_helpers(run.notes)
        run.finish()
    return {"memory": memory_answer(run)}


def answer_to(request):
    if sys.version_info < (3, 8):
        version = ".".join(str(part) for part in sys.version_info[:3])
        raise Failure("too-old", "Python %s is older than 3.8" % version)
    # Whoever started us may have blocked SIGCHLD; multiprocessing's fork server would then never
    # learn that a worker has ended.
    import signal

    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # The work may read and print; neither is ours.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2 if request.get("stdout") == "stderr" else null, 1)
    modes = {"describe": describe, "run": measure, "memory": measure_memory}
    if request.get("mode") not in modes:
        raise Failure("bad-request", "no mode is called %r" % (request.get("mode"),))
    return modes[request["mode"]](request)


def main(path):
    """Reads the request, answers it."""
    import json

    with open(path, "rb") as file:
        request = json.loads(file.read().decode("utf-8"))
    try:
        answer = dict(answer_to(request), ok=True)
    except Failure as failure:
        answer = {"ok": False, "error": failure.answer}
    except Exception as error:
        failure = explain(error, "driver-failed", "the driver failed")
        answer = {"ok": False, "error": failure.answer}
    text = json.dumps(answer, ensure_ascii=False)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    temporary = request["answer"] + ".part"
    with open(temporary, "wb") as file:
        file.write(data)
    os.rename(temporary, request["answer"])


def import_by_name():
    """This module under the name by which workers import it, its bytecode kept beside it."""
    here = os.path.dirname(os.path.abspath(__file__))
    # Last, so that nothing of the user's is hidden by our folder.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here] + [here]
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        import tandem_driver
    finally:
        sys.dont_write_bytecode = keep
    # multiprocessing runs the file of __main__ again in each worker; there is nothing in it.
    sys.modules["__main__"].__dict__.pop("__file__", None)
    return tandem_driver


if __name__ == "__main__":
    import_by_name().main(sys.argv[1])
elif READY in os.environ:
    # The fork server has imported us: put its environment right, and say that it is ready.
    os.environ.pop("PYTHONPATH", None)
    if SAVED_PATH in os.environ:
        os.environ["PYTHONPATH"] = os.environ.pop(SAVED_PATH)
    os.close(os.open(os.environ.pop(READY), os.O_WRONLY))
