"""The runs under the pools that Python programs use.

A run is what a program writes: a pool is made, the items are mapped over it, the results come
back, and the pool is shut down. The function that is mapped is the work's own, wrapped in what
measures an item (`tandem_items.call`).
"""

import functools
import os
import sys

from tandem_accounts import keep_files_together
from tandem_clock import monotonic_ns
from tandem_items import (
    COUNT,
    ENTERED,
    LEFT,
    PID,
    QUEUED,
    RUNNING,
    SAMPLED,
    SAMPLED_CPU,
    SAMPLED_PROCESS_CPU,
    STARTED,
    TID,
    WAITED,
    call,
    extend_path,
    read_cells,
    stamp_starts,
)
from tandem_memory import process_memory
from tandem_work import Failure, arguments_of, explain, make_body, settle

built_in = {}


def do_built_in(work, argument):
    """An item of built-in work, whose body each worker makes once."""
    if not built_in:
        built_in["body"] = make_body(work)
    return built_in["body"](argument)


def chunk(wanted, items, workers):
    """As many items in a message as are wanted, while each worker gets four messages or more, so
    that items that differ are shared out; with a message that costs more than all that, one."""
    fourth = -(-items // (4 * workers))
    if wanted > 8 * fourth:
        return max(1, -(-items // workers))
    return max(1, min(wanted, fourth))


class PoolRun(object):
    """One run of a pool."""

    # Whether workers share this interpreter's memory, and whether each has a process of its own.
    threads = False
    processes = True

    def __init__(self, request):
        self.directory = request["directory"]
        self.work = request["work"]
        self.at_once = request["schedule"] == "all-at-once"
        self.count = request["workers"]
        self.wanted = request.get("chunk_wanted") or 1
        settle(self.work)
        self.waits = self.work["kind"] in ("io", "mixed")
        if self.work["kind"] == "function":
            function = make_body(self.work)
        else:
            function = functools.partial(do_built_in, self.work)
        self.items = arguments_of(self.work, request.get("items") or self.count)
        self.folder = None
        if not self.threads:
            self.folder = os.path.join(self.directory, "workers")
            os.mkdir(self.folder)
        self.call = functools.partial(call, self.folder, function, self.waits)
        self.spans, self.notes, self.memory = [], [], None
        self.prepare()

    def prepare(self):
        """Imports what the pool needs, for which a program pays once, and says what it is: sets
        `open`, and `what`, which is part of the record."""

    def open(self):
        """The pool, which ends as a context."""
        raise NotImplementedError

    def map(self, pool, items):
        """The results of all items."""
        return list(pool.map(self.call, items))

    def go(self):
        stamp_starts()
        keep_files_together(self.directory)
        self.began = monotonic_ns()
        try:
            with self.open() as pool:
                if self.at_once:
                    results = self.map(pool, self.items)
                else:
                    results = [self.map(pool, [item])[0] for item in self.items]
                self.done = monotonic_ns()
                # Looking at the workers isn't the pool's time.
                self.look()
                looked = monotonic_ns()
        except Failure:
            raise
        except BaseException as error:
            raise self.failure(error)
        self.over = monotonic_ns() - (looked - self.done)
        if len(results) != len(self.items):
            raise Failure("driver-failed", "%d results of %d" % (len(results), len(self.items)))

    def finish(self):
        pass

    def failure(self, error):
        """The failure for what the pool raised."""
        import concurrent.futures.process

        if isinstance(error, concurrent.futures.process.BrokenProcessPool):
            return Failure(
                "worker-died", "a worker of the pool ended while it had work: %s" % error)
        if isinstance(error, OSError) and not read_cells(self.folder):
            return Failure("start-failed", "the pool could not be started: %s" % error)
        failure = explain(error, "raised", "the function raised")
        cause, text = error.__cause__, failure.answer["traceback"]
        if type(cause).__name__ in ("_RemoteTraceback", "RemoteTraceback"):
            text = str(cause).strip('"\n')
        failure.answer["traceback"] = own_frames(text)[-16384:]
        return failure

    def look(self):
        """Reads what the workers measured, and what the kernel accounted to them."""
        self.cells = sorted(read_cells(self.folder), key=lambda cells: cells[ENTERED])
        self.queued = [waited_for_cpu(cells) for cells in self.cells]
        if not self.processes:
            return
        self.memory = [process_memory(cells[PID]) for cells in self.cells]

    def workers(self, gil):
        return [
            self.worker(cells, queued, gil)
            for cells, queued in zip(self.cells, self.queued)
        ]

    def worker(self, cells, queued, gil):
        running, sampled = cells[RUNNING], max(cells[SAMPLED], 1)
        on_cpu = min(running, running * cells[SAMPLED_CPU] // sampled)
        queued = min(queued, running - on_cpu)
        answer = {
            "start_called_ns": min(max(cells[STARTED], self.began), cells[ENTERED]),
            "body_entered_ns": cells[ENTERED], "body_left_ns": max(self.done, cells[LEFT]),
            "end_observed_ns": max(self.over, cells[LEFT]), "on_cpu_ns": on_cpu, "blocked": {},
            "tasks": {
                "count": cells[COUNT], "running_ns": running,
                "span_ns": max(running, cells[LEFT] - cells[ENTERED]),
            },
        }
        if self.processes:
            answer["process_cpu_ns"] = max(
                on_cpu, running * cells[SAMPLED_PROCESS_CPU] // sampled)
        if queued >= 0:
            answer["runnable_ns"] = queued
        if cells[TID] > 0:
            answer["pid"], answer["tid"] = cells[PID], cells[TID]
        if self.waits:
            answer["blocked"]["io_ns"] = min(cells[WAITED], running - on_cpu)
        if gil and queued >= 0:
            known = on_cpu + queued + answer["blocked"].get("io_ns", 0)
            answer["blocked"]["gil_ns"] = max(0, running - known)
        return answer

    def record(self):
        """What the pool was, and what its start and its end took."""
        first = min([cells[ENTERED] for cells in self.cells] or [self.done])
        return dict(
            self.what, workers=self.count, start_ns=max(0, first - self.began),
            stop_ns=max(0, self.over - self.done))


def own_frames(traceback):
    """A worker's traceback without the frames of the pool and of ours."""
    here = os.path.dirname(os.path.abspath(__file__))
    kept, drops = [], False
    for line in traceback.splitlines():
        if line.startswith('  File "'):
            path = line.split('"')[1]
            drops = os.path.dirname(path) == here or (
                "/multiprocessing/" in path or "/concurrent/futures/" in path)
        elif not line.startswith("    "):
            drops = False
        if not drops:
            kept.append(line)
    return "\n".join(kept)


def waited_for_cpu(cells):
    """Nanoseconds that a worker waited for a CPU since its first item; -1 when not known."""
    try:
        with open("/proc/%d/task/%d/schedstat" % (cells[PID], cells[TID])) as file:
            return int(file.read().split()[1]) - cells[QUEUED] if cells[QUEUED] >= 0 else -1
    except (OSError, ValueError, IndexError):
        return -1


def cpus():
    """The CPUs that Python counts for the default number of workers."""
    count = getattr(os, "process_cpu_count", os.cpu_count)
    return count() or 1


def default_threads():
    """The workers of a ThreadPoolExecutor that is told no number (its documentation)."""
    return min(32, cpus() + 4) if sys.version_info >= (3, 8) else 5 * cpus()


class ThreadPoolRun(PoolRun):
    threads = True
    processes = False

    def prepare(self):
        from concurrent.futures import ThreadPoolExecutor

        self.open = lambda: ThreadPoolExecutor(max_workers=self.count)
        self.what = {
            "class": "concurrent.futures.ThreadPoolExecutor", "start_method": None,
            "chunksize": None, "default_workers": default_threads(), "default_chunksize": None}


class InterpreterPoolRun(PoolRun):
    processes = False

    def prepare(self):
        try:
            from concurrent.futures import InterpreterPoolExecutor
        except ImportError:
            raise Failure("no-such-model", "this Python has no InterpreterPoolExecutor")

        # A new interpreter doesn't take over what was added to sys.path.
        self.open = lambda: InterpreterPoolExecutor(
            max_workers=self.count, initializer=extend_path, initargs=(list(sys.path),))
        self.what = {
            "class": "concurrent.futures.InterpreterPoolExecutor", "start_method": None,
            "chunksize": None, "default_workers": default_threads(), "default_chunksize": None}


def context_of(method):
    """The context of a start method, or Python's own default; and the method's name."""
    import multiprocessing

    method = method or multiprocessing.get_start_method()
    if method not in multiprocessing.get_all_start_methods():
        raise Failure("no-such-start-method", "this Python can't start processes by " + method)
    return multiprocessing.get_context(method), method


def process_executor(workers, context):
    """A ProcessPoolExecutor, which takes no context before 3.7: it then has the default one."""
    from concurrent.futures import ProcessPoolExecutor

    if sys.version_info < (3, 7):
        return ProcessPoolExecutor(max_workers=workers)
    return ProcessPoolExecutor(max_workers=workers, mp_context=context)


class ProcessPoolRun(PoolRun):
    """`method` is the start method; None for the interpreter's own."""

    method = None

    def prepare(self):
        import concurrent.futures.process  # noqa: F401 - imported before the time begins

        context, method = context_of(self.method)
        if self.method is not None and sys.version_info < (3, 7):
            raise Failure("no-such-model", "ProcessPoolExecutor's mp_context came with Python 3.7")
        size = chunk(self.wanted, len(self.items), self.count)
        self.open = lambda: process_executor(self.count, context)
        self.map = lambda pool, items: list(pool.map(self.call, items, chunksize=size))
        self.what = {
            "class": "concurrent.futures.ProcessPoolExecutor", "start_method": method,
            "chunksize": size, "default_workers": cpus(), "default_chunksize": 1}


class MultiprocessingPoolRun(PoolRun):
    """Its chunks are Python's own: a fourth of what each worker gets."""

    def prepare(self):
        import multiprocessing.pool  # noqa: F401 - imported before the time begins

        context, method = context_of(None)
        self.open = lambda: context.Pool(self.count)
        size = -(-len(self.items) // (4 * self.count))
        self.what = {
            "class": "multiprocessing.Pool", "start_method": method, "chunksize": size,
            "default_workers": cpus(), "default_chunksize": size}

    def map(self, pool, items):
        """What `Pool.map` does, except that it sees when a worker dies: `Pool.map` then waits for
        ever."""
        pending = pool.map_async(self.call, items)
        workers = {worker.pid for worker in pool._pool}
        while True:
            pending.wait(0.25)
            if pending.ready():
                return pending.get()
            if not workers <= {worker.pid for worker in pool._pool if worker.exitcode is None}:
                raise Failure(
                    "worker-died",
                    "a worker of the pool ended while it had work: Pool.map would wait for ever")


class JoblibRun(PoolRun):
    def prepare(self):
        try:
            import joblib
        except ImportError:
            raise Failure("no-such-model", "this Python has no joblib")

        self.what = {
            "class": "joblib.Parallel", "start_method": "loky", "chunksize": None,
            "default_workers": 1, "default_chunksize": None}
        self.open = lambda: joblib.Parallel(n_jobs=self.count)
        self.delayed = joblib.delayed
        # joblib keeps its workers for the next call: they end with the program.
        self.notes.append("the end of joblib's workers: they stay until the program ends")

    def map(self, pool, items):
        return pool(self.delayed(self.call)(item) for item in items)

    def finish(self):
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)


def kind_of(model):
    """The class of a pool's runs; None for models without a pool."""
    kinds = {
        "thread-pool": ThreadPoolRun, "process-pool": ProcessPoolRun,
        "multiprocessing-pool": MultiprocessingPoolRun, "interpreter-pool": InterpreterPoolRun,
        "joblib": JoblibRun,
    }
    if model.startswith("process-pool-"):
        method = model[len("process-pool-"):]
        return type("ProcessPoolRun", (ProcessPoolRun,), {"method": method})
    return kinds.get(model)


