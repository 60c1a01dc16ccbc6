"""The requests: what is asked of the driver, and its answers."""

import os
import struct
import sys

import tandem_work
from tandem_accounts import stop_helpers, total, tracker, tree_usage
from tandem_runs import ProcessRun, Run, SerialRun, ThreadRun
from tandem_work import (
    Failure,
    arguments_of,
    explain,
    gil_enabled,
    is_async,
    make_body,
    settle,
)
from tandem_worker import SCHEDSTAT


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
    if isinstance(run, ThreadRun) or getattr(run, "threads", False):
        answer["stack_kib_per_worker"] = memory
        answer["how"] = "resident part of the mapping around each stack pointer (/proc/self/smaps)"
    else:
        answer["pss_kib_per_worker"] = sum(pss for pss, _ in memory) / float(len(memory))
        answer["uss_kib_per_worker"] = sum(uss for _, uss in memory) / float(len(memory))
        answer["how"] = "Pss and Private_* of each worker's /proc/PID/smaps_rollup"
    answer["when"] = "at the end of the work, %d workers at once" % len(memory if isinstance(
        memory, list) else run.native)
    return answer


def interpreter():
    """What this interpreter says of itself; to be asked after the user's module was imported."""
    import importlib.util
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
        "start_method": multiprocessing.get_start_method(),
        "has_interpreter_pool": sys.version_info >= (3, 14),
        "has_joblib": importlib.util.find_spec("joblib") is not None,
    }


def describe(request):
    answer = {"items": None, "iterations": None, "is_async": False}
    work = request.get("work")
    if work is not None:
        settle(work)
        answer["is_async"] = is_async(make_body(work))
        answer["items"] = len(arguments_of(work, request.get("items")))
        answer["iterations"] = work.get("iterations")
    answer["interpreter"] = interpreter()
    return answer


def make_run(request, gated=False):
    model = request["model"]
    kinds = {
        "serial": SerialRun, "threads": ThreadRun, "asyncio": SerialRun,
        "asyncio-threads": ThreadRun,
    }
    kind = kinds.get(model, ProcessRun if model.startswith("processes-") else None)
    if kind is not None:
        return kind(request, gated)
    import tandem_pools

    kind = tandem_pools.kind_of(model)
    if kind is None:
        raise Failure("bad-request", "no model is called %r" % (model,))
    return kind(request)


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
    if request["model"] in ("threads", "asyncio-threads"):
        import threading  # noqa: F401
    elif request["model"].startswith("processes-"):
        import importlib

        method = request["model"][len("processes-"):]
        for name in {"forkserver": ("popen_forkserver", "forkserver"),
                     "spawn": ("popen_spawn_posix",)}.get(method, ("popen_fork",)):
            importlib.import_module("multiprocessing." + name)
        if method != "fork":
            tracker()
    run = make_run(request)
    if request.get("watch"):
        pass_gate(request["watch"])
    before = tree_usage()
    try:
        run.go()
    finally:
        stop_helpers(run.notes)
    run.finish()
    threads = isinstance(run, ThreadRun) or getattr(run, "threads", False)
    builtin = run.work["kind"] != "function"
    gil = threads and builtin and gil_enabled() is True
    pooled = not isinstance(run, Run)
    if threads and not builtin and gil_enabled() is not False:
        run.notes.append("time waiting for the GIL: not distinguished from other waiting")
    workers = run.workers(gil)
    told = any(note.startswith("time runnable") for note in run.notes)
    if any("runnable_ns" not in worker for worker in workers) and not told:
        run.notes.append("time runnable: the kernel keeps no %s" % SCHEDSTAT)
    if not pooled and any("switches" not in worker for worker in workers):
        run.notes.append("context switches of each worker: this Python can't read them")
    record = {
        "began_ns": run.began, "ended_ns": run.over, "driver": run.spans, "workers": workers,
        "usage": total(before, tree_usage()), "not_measured": run.notes,
    }
    if pooled:
        record["python_pool"] = run.record()
        record["pool"] = {"started": len(workers), "deaths": 0}
    return {"record": record}


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


def cross(request):
    import tandem_crossing

    return {"crossing": tandem_crossing.crossing(request)}


def answer_to(request):
    if sys.version_info < (3, 6):
        version = ".".join(str(part) for part in sys.version_info[:3])
        raise Failure("too-old", "Python %s is older than 3.6" % version)
    # Whoever started us may have blocked SIGCHLD; multiprocessing's fork server would then never
    # learn that a worker has ended.
    import signal

    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # The work may read and print; neither is ours.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2 if request.get("stdout") == "stderr" else null, 1)
    modes = {"describe": describe, "run": measure, "memory": measure_memory, "cross": cross}
    if request.get("mode") not in modes:
        raise Failure("bad-request", "no mode is called %r" % (request.get("mode"),))
    return modes[request["mode"]](request)


def main(path):
    """Reads the request, answers it."""
    import json

    with open(path, "rb") as file:
        request = json.loads(file.read().decode("utf-8"))
    tandem_work.stage_file = os.path.join(request["directory"], "stage")
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
