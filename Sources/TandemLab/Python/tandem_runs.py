"""The runs of the lesson: items in a loop, and a bare thread or process for each share of them."""

import os

from tandem_accounts import account, died, keep_files_together, poll_with_accounts, tracker
from tandem_clock import monotonic_ns
from tandem_memory import Gate, process_memory, stacks_resident
from tandem_work import Failure, arguments_of, for_each, gil_enabled, make_body, settle, shares
from tandem_worker import (
    FAILED,
    NOTHING,
    READY,
    RECORD,
    SAVED_PATH,
    RunQueue,
    arrive,
    library_that_keeps_the_gil,
    perform,
    process_entry,
    thread_number,
    thread_usage,
    wait_at_gate,
)

# Models that have all calls of an event loop in progress at once.
TOGETHER = ("asyncio", "asyncio-threads", "threads")


class Run(object):
    """One run: starts the workers, sees them end, and keeps what they report."""

    def __init__(self, request, gated=False):
        self.directory = request["directory"]
        self.work = request["work"]
        self.model = request["model"]
        self.at_once = gated or request["schedule"] == "all-at-once"
        settle(self.work)
        self.waits = self.work["kind"] in ("io", "mixed")
        # Without workers a program has a list of results, as a pool gives it.
        keep = self.model == "serial" and self.work["kind"] == "function"
        self.body = for_each(make_body(self.work), self.waits, self.model in TOGETHER, keep)
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
            {"activity": activity, "from_ns": began, "to_ns": monotonic_ns()})

    def fail(self, when, failure, worker):
        failure.answer["worker"] = worker
        self.failures.append((when, failure))

    def start(self, worker, index):
        """Whether the worker could be started; why not is kept."""
        self.started[index] = monotonic_ns()
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
        results = []
        self.began = monotonic_ns()
        for index, argument in enumerate(self.arguments):
            self.started[index] = monotonic_ns()
            record, failure, result = perform(self.body, argument, queue, usage, self.waits)
            results.append(result)
            self.ended[index] = monotonic_ns()
            self.records[index] = record
            if failure is not None:
                self.fail(record[2], failure, index)
                break
        self.over = monotonic_ns()


class ThreadRun(Run):
    def go(self):
        from threading import Thread

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
                self.native[index] = thread_number()
                arrive(self.plan, index)
                wait_at_gate(self.plan)
            record[8] = monotonic_ns()
            self.records[index] = record

        self.began = monotonic_ns()
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
                self.ended[index] = self.records[index][8] if late else monotonic_ns()
        else:
            for index in range(self.count):
                thread = Thread(target=entry, args=(index,))
                if not self.start(thread, index):
                    break
                thread.join()
                self.ended[index] = monotonic_ns()
                if self.failures:
                    break
        self.over = monotonic_ns()

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
        self.began = monotonic_ns()
        if method == "forkserver":
            self.start_server(context)
        began = monotonic_ns()
        if method == "spawn":
            tracker().ensure_running()

        def make(index):
            arguments = (self.plan, index, self.arguments[index])
            return context.Process(target=process_entry, args=arguments)

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
                if hasattr(process, "close"):  # from 3.7 on
                    process.close()
                if self.failures or os.path.exists("%s.%d" % (self.plan["records"], index)):
                    break
        self.over = monotonic_ns()
        self.collect()

    def start_server(self, context):
        """Starts the fork server, and waits until it can serve.

        `ensure_running` returns before the server's interpreter has begun. The server imports
        what it is told to preload as its last act before it serves: this file, which then opens
        and closes the FIFO that it finds in the environment.
        """
        import select
        from multiprocessing import forkserver

        began = monotonic_ns()
        ready = os.path.join(self.directory, "ready")
        os.mkfifo(ready)
        descriptor = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
        context.set_forkserver_preload(["tandem_worker"])
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
        self.ended[index] = monotonic_ns()
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
