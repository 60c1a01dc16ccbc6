#!/usr/bin/env python3
"""The Python side of side-by-side: runs one row of one peer when asked, and answers with samples.

Reads one JSON object a line from standard input:

    {"row": "latency", "peer": "multiprocessing.Pool", "count": 500, "workers": 2,
     "worker_cpu": null}

and answers each with one line on standard output: {"samples": [...]}, for some rows with
"notes": [...] and "unfit": true; {"skipped": "why"}; or {"error": "what happened"}. The first line
that it writes says which interpreter and which peers there are. Works with Python 3.8 and newer;
the peers of PyPI are optional.

Start and stop of a pool are never inside a sample, and neither are the first calls, which start
workers and import what they need.
"""

import ctypes
import glob
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

# --- What workers run -----------------------------------------------------------------------------


def increment(number):
    return number + 1


def nothing():
    pass


def touch(argument):
    """Reads one byte of every page, so that the argument has really arrived."""
    return sum(argument[::4096])


def nap(seconds):
    time.sleep(seconds)
    return seconds


def die(path):
    """Writes when it dies, then dies as if the kernel had killed it for memory."""
    with open(path, "w") as file:
        file.write(str(time.monotonic_ns()))
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(10)


# --- The peers ------------------------------------------------------------------------------------


class Missing(Exception):
    pass


class Peer:
    """A pool: every peer answers the same four questions."""

    threads = False

    def map(self, function, items, chunk):
        """The results of all items; `chunk` None leaves batching to the peer."""
        raise NotImplementedError

    def call(self, function, argument):
        """One result, and the caller waits for it."""
        return self.submit(function, argument)(60)

    def submit(self, function, argument):
        """A function that waits for the result for so many seconds."""
        raise NotImplementedError

    def close(self):
        raise NotImplementedError


class MultiprocessingPool(Peer):
    def __init__(self, workers, method="fork"):
        self.pool = multiprocessing.get_context(method).Pool(workers)

    def map(self, function, items, chunk):
        return self.pool.map(function, items, chunksize=chunk)

    def call(self, function, argument):
        return self.pool.apply(function, (argument,))

    def submit(self, function, argument):
        return self.pool.apply_async(function, (argument,)).get

    def close(self):
        self.pool.terminate()
        self.pool.join()


class Executor(Peer):
    """What follows the protocol of concurrent.futures."""

    executor = None
    default_is_one = True

    def map(self, function, items, chunk):
        return list(self.executor.map(function, items, chunksize=chunk or 1))

    def call(self, function, argument):
        return self.executor.submit(function, argument).result()

    def submit(self, function, argument):
        return self.executor.submit(function, argument).result

    def close(self):
        self.executor.shutdown(wait=True)


class StandardProcesses(Executor):
    def __init__(self, workers, method="fork"):
        context = multiprocessing.get_context(method)
        self.executor = ProcessPoolExecutor(workers, mp_context=context)


class StandardThreads(Executor):
    threads = True

    def __init__(self, workers):
        self.executor = ThreadPoolExecutor(workers)


class Loky(Executor):
    def __init__(self, workers):
        try:
            import loky
        except ImportError:
            raise Missing("loky is not installed") from None
        self.executor = loky.ProcessPoolExecutor(workers)


class Mpire(Peer):
    def __init__(self, workers):
        try:
            import mpire
        except ImportError:
            raise Missing("mpire is not installed") from None
        self.pool = mpire.WorkerPool(n_jobs=workers, start_method="fork", keep_alive=True)

    def map(self, function, items, chunk):
        return self.pool.map(function, items, chunk_size=chunk)

    def call(self, function, argument):
        return self.pool.apply(function, (argument,))

    def submit(self, function, argument):
        result = self.pool.apply_async(function, (argument,))
        return result.get

    def close(self):
        self.pool.terminate()


class Pebble(Peer):
    default_is_one = True

    def __init__(self, workers):
        try:
            import pebble
        except ImportError:
            raise Missing("pebble is not installed") from None
        context = multiprocessing.get_context("fork")
        self.pool = pebble.ProcessPool(max_workers=workers, context=context)

    def map(self, function, items, chunk):
        return list(self.pool.map(function, items, chunksize=chunk or 1).result())

    def submit(self, function, argument):
        return self.pool.schedule(function, args=[argument]).result

    def call(self, function, argument):
        return self.submit(function, argument)()

    def close(self):
        self.pool.close()
        self.pool.join(timeout=5)
        self.pool.stop()


def method_of(peer):
    """The pool's type and its start method: `multiprocessing.Pool spawn`."""
    name, _, method = peer.partition(" ")
    return name, method or "fork"


def make(peer, workers):
    name, method = method_of(peer)
    if name == "multiprocessing.Pool":
        return MultiprocessingPool(workers, method)
    if name == "ProcessPoolExecutor":
        return StandardProcesses(workers, method)
    makers = {"ThreadPoolExecutor": StandardThreads, "loky": Loky, "mpire": Mpire, "pebble": Pebble}
    return makers[name](workers)


def children(process):
    """The processes below one, from /proc/PID/task/TID/children (proc(5))."""
    found = []
    for path in glob.glob("/proc/%d/task/*/children" % process):
        try:
            with open(path) as file:
                direct = [int(word) for word in file.read().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *children(child)]
    return found


def warm(pool, workers):
    """Starts every worker, and makes each import what it needs."""
    waits = [pool.submit(nap, 0.05) for _ in range(workers)]
    for wait in waits:
        wait(60)
    pool.map(increment, range(64), 1)


def pin_workers(pool, cpu):
    if cpu is None:
        return
    if pool.threads:
        ends = [thread.native_id for thread in threading.enumerate()
                if thread is not threading.main_thread()]
    else:
        ends = []
        for process in children(os.getpid()):
            ends += [int(name) for name in os.listdir("/proc/%d/task" % process)]
    for end in ends:
        os.sched_setaffinity(end, {cpu})


# --- The rows -------------------------------------------------------------------------------------


def rate_of_map(request, chunk):
    """Items a second: one sample a request."""
    workers, count = request["workers"], request["count"]
    pool = make(request["peer"], workers)
    try:
        warm(pool, workers)
        if chunk is None and getattr(pool, "default_is_one", False):
            # Batched as multiprocessing.Pool batches by itself: four chunks a worker.
            chunk = max(1, -(-count // (4 * workers)))
        items = range(count)
        began = time.perf_counter_ns()
        results = pool.map(increment, items, chunk)
        ended = time.perf_counter_ns()
        if len(results) != count or list(results)[-1] != count:
            raise RuntimeError("the results are wrong")
        return {"samples": [count / (ended - began) * 1e9]}
    finally:
        pool.close()


def tiny_tasks(request):
    return rate_of_map(request, 1)


def map_integers(request):
    return rate_of_map(request, None)


def latency(request):
    """One call, there and back: microseconds."""
    pool = make(request["peer"], request["workers"])
    try:
        warm(pool, request["workers"])
        pin_workers(pool, request.get("worker_cpu"))
        for number in range(50):
            pool.call(increment, number)
        samples = []
        for number in range(request["count"]):
            began = time.perf_counter_ns()
            pool.call(increment, number)
            samples.append((time.perf_counter_ns() - began) / 1e3)
        return {"samples": samples}
    finally:
        pool.close()


def start_process(request):
    """Start and join of one process: microseconds."""
    context = multiprocessing.get_context(method_of(request["peer"])[1])

    def once():
        began = time.perf_counter_ns()
        process = context.Process(target=nothing)
        process.start()
        process.join()
        return (time.perf_counter_ns() - began) / 1e3

    # The first of `forkserver` starts the server.
    once()
    return {"samples": [once() for _ in range(request["count"])]}


def start_thread(request):
    """Start and join of one thread: microseconds."""
    samples = []
    for _ in range(request["count"]):
        began = time.perf_counter_ns()
        thread = threading.Thread(target=nothing)
        thread.start()
        thread.join()
        samples.append((time.perf_counter_ns() - began) / 1e3)
    return {"samples": samples}


def argument(request):
    """64 MiB to a worker: 10⁹ bytes a second."""
    pool = make(request["peer"], request["workers"])
    try:
        warm(pool, request["workers"])
        block = bytes(range(256)) * (64 * 1024 * 1024 // 256)
        pool.call(touch, block)
        samples = []
        for _ in range(request["count"]):
            began = time.perf_counter_ns()
            pool.call(touch, block)
            samples.append(len(block) / (time.perf_counter_ns() - began))
        return {"samples": samples}
    finally:
        pool.close()


def memory(request):
    """Private memory of each idle worker that has done a little: KiB (smaps_rollup, proc(5))."""
    before = set(children(os.getpid()))
    pool = make(request["peer"], request["workers"])
    try:
        warm(pool, request["workers"])
        if isinstance(pool, MultiprocessingPool):
            workers = [process.pid for process in pool.pool._pool]
        elif isinstance(pool, Executor):
            workers = list(pool.executor._processes)
        else:
            workers = [child for child in children(os.getpid()) if child not in before]
        samples = []
        for worker in workers:
            with open("/proc/%d/smaps_rollup" % worker) as file:
                samples.append(sum(
                    float(line.split()[1]) for line in file if line.startswith("Private_")
                    and not line.startswith("Private_Hugetlb")))
        return {"samples": samples}
    finally:
        pool.close()


def death(request):
    """From a worker's death in a task to the task's error: milliseconds."""
    workers, path, limit = request["workers"], request["path"], request.get("limit_s", 2)
    samples, notes = [], []
    pool, lost, survives = None, 0, True
    over = time.monotonic() + request.get("budget_s", 10)
    try:
        for _ in range(request["count"]):
            if samples and time.monotonic() > over:
                break
            if pool is None:
                pool = make(request["peer"], workers)
                warm(pool, workers)
            bystander = pool.submit(nap, 0.03)
            wait = pool.submit(die, path)
            began = time.monotonic_ns()
            try:
                wait(limit)
                raise RuntimeError("a dead worker gave a result")
            except RuntimeError as error:
                if "dead worker gave" in str(error):
                    raise
            except BaseException:
                pass
            ended = time.monotonic_ns()
            if ended - began >= 0.95 * limit * 1e9:
                notes.append("no error within %g s" % limit)
                pool.close()
                pool = None
                break
            with open(path) as file:
                samples.append((ended - int(file.read())) / 1e6)
            is_whole = True
            try:
                bystander(limit)
            except BaseException:
                lost += 1
            try:
                pool.submit(increment, 1)(limit)
            except BaseException:
                is_whole = False
            if not is_whole:
                survives = False
                if "the pool is broken afterwards" not in notes:
                    notes.append("the pool is broken afterwards")
                try:
                    pool.close()
                except BaseException:
                    pass
                pool = None
        if lost:
            notes.append("%d of %d tasks in other workers were lost" % (lost, len(samples)))
        # A pool that the death of one worker ends has nothing to be compared with.
        return {"samples": samples, "notes": notes, "unfit": not survives}
    finally:
        if pool is not None:
            pool.close()


ROWS = {
    "tiny-tasks": tiny_tasks,
    "map": map_integers,
    "latency": latency,
    "start-process": start_process,
    "start-thread": start_thread,
    "argument": argument,
    "memory": memory,
    "death": death,
}


def versions():
    """The peers of PyPI that this interpreter has."""
    from importlib import metadata

    found = {}
    for name in ("loky", "mpire", "pebble"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def main():
    # A process group of its own, so that whoever started this can end all of it at once; and an end
    # with whoever started it (prctl(2), PR_SET_PDEATHSIG).
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    # Workers inherit standard output: keep the answers' way for answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.set_inheritable(answers.fileno(), False)
    python = "%s %s" % (sys.implementation.name, sys.version.split()[0])
    answers.write(json.dumps({"python": python, "peers": versions()}) + "\n")
    answers.flush()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = ROWS[request["row"]](request)
        except Missing as error:
            answer = {"skipped": str(error)}
        except Exception as error:
            answer = {"error": "%s: %s" % (type(error).__name__, error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
