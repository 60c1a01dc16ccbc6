"""What the kernel accounts to processes, and the end of multiprocessing's own."""

import os
import sys
import time

from tandem_work import Failure


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


def tracker():
    """The module of multiprocessing's process that cleans up, which has another name before 3.8."""
    import importlib

    try:
        return importlib.import_module("multiprocessing.resource_tracker")
    except ImportError:
        return importlib.import_module("multiprocessing.semaphore_tracker")


def stop_helpers(notes):
    """Ends multiprocessing's own processes and waits for them, so that what was accounted to them
    and to their children is ours."""
    for name, holder, alive, pid, what in (
        ("forkserver", "_forkserver", "_forkserver_alive_fd", "_forkserver_pid", "fork server"),
        ("resource_tracker", "_resource_tracker", "_fd", "_pid", "resource tracker"),
        ("semaphore_tracker", "_semaphore_tracker", "_fd", "_pid", "semaphore tracker"),
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
