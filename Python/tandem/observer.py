"""Starts the executable on this process, and ends it."""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import site
import subprocess
import sys
import sysconfig
import tempfile
from typing import IO, Iterator, List, Optional, Tuple

# The shell starts the executable in the background and ends, so that this process has no child that
# it doesn't know of: a block may wait for all its children. The executable waits until it may read
# this process's memory. Its number is the first line of what it writes.
_IN_THE_BACKGROUND = 'exec 3<&0 </dev/null; { read -r go <&3 && exec "$@" 3<&-; } & echo $!'
# The longest time that the executable takes. With a time it doesn't end earlier, as it does for a
# program that stands still.
_AT_MOST = "1000h"
# prctl(2), include/uapi/linux/prctl.h.
_PR_SET_PTRACER = 0x59616D61


class Error(RuntimeError):
    """Why a block of this process can't be explained."""


class Observer:
    """The executable, which observes this process."""

    def __init__(self, options: List[str], executable: Optional[str]) -> None:
        """Start it, and wait until it observes."""
        self.observed = os.getpid()
        path = executable or _find()
        arguments = [path, "explain", "--for-python-module", *options, "--json", "-"]
        arguments += ["--pid", str(self.observed), "--for", _AT_MOST]
        # Without names, so that nothing is left if this process is killed.
        self._json: IO[bytes] = tempfile.TemporaryFile()
        self._text: IO[bytes] = tempfile.TemporaryFile()
        self._pid = 0
        self._ready, ready = os.pipe()
        held, go = os.pipe()
        try:
            try:
                self._pid = self._start(arguments, ready, held)
            finally:
                os.close(ready)
            _let_read(self._pid)
            os.write(go, b"go\n")
            if not os.read(self._ready, 1):
                raise Error(self._complaint(path))
        except BaseException as error:
            self._signal(signal.SIGKILL)
            self._close()
            if isinstance(error, OSError):
                raise Error(f"can't start {path}: {error}") from error
            raise
        finally:
            os.close(held)
            os.close(go)

    def _start(self, arguments: List[str], ready: int, held: int) -> int:
        if not (os.path.isfile(arguments[0]) and os.access(arguments[0], os.X_OK)):
            raise Error(f"there is no executable at {arguments[0]}")
        # The shell's own descriptors are below ten.
        told = fcntl.fcntl(ready, fcntl.F_DUPFD_CLOEXEC, 10)
        arguments = [*arguments[:2], "--ready-fd", str(told), *arguments[2:]]
        # In a session of its own: Ctrl-C is for this process.
        try:
            subprocess.Popen(
                ["/bin/sh", "-c", _IN_THE_BACKGROUND, "tandem", *arguments],
                stdin=held,
                stdout=self._json,
                stderr=self._text,
                pass_fds=(told,),
                start_new_session=True,
            ).wait()
        finally:
            os.close(told)
        line = os.pread(self._json.fileno(), 32, 0)
        if not line.strip().isdigit():
            reason = self._said() or "no reason given"
            raise Error(f"can't start {arguments[0]}: {reason}")
        return int(line)

    def finish(self) -> Tuple[str, str]:
        """End the observation; return the report's JSON and text."""
        try:
            self._signal(signal.SIGTERM)
            os.read(self._ready, 1)
            self._json.seek(0)
            self._json.readline()
            report = self._json.read().decode()
            if not report:
                raise Error(self._complaint("tandem"))
            return report, self._said()
        finally:
            self._close()

    def _signal(self, number: int) -> None:
        # The executable holds the other end until it ends, and its number is its own until then.
        end = select.poll()
        end.register(self._ready, select.POLLIN)
        if self._pid and not end.poll(0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def _said(self) -> str:
        self._text.seek(0)
        return self._text.read().decode(errors="replace")

    def _complaint(self, path: str) -> str:
        lines = self._said().strip().splitlines()
        return lines[-1] if lines else f"{path} ended without saying why"

    def _close(self) -> None:
        for descriptor in (self._json, self._text):
            descriptor.close()
        os.close(self._ready)
        _let_read(0)
        # A process that inherits orphans, such as the first one of a container, has it as a child.
        with contextlib.suppress(ChildProcessError):
            if self._pid:
                os.waitpid(self._pid, 0)


def shown(report: str, form: str, executable: Optional[str]) -> str:
    """Let the executable show a report's JSON in a form, such as ``html`` or ``markdown``."""
    path = executable or _find()
    try:
        ended = subprocess.run(
            [path, "show", "-", "--" + form, "-"],
            input=report.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
    except OSError as error:
        raise Error(f"can't start {path}: {error}") from error
    if ended.returncode:
        raise Error(ended.stderr.decode(errors="replace").strip() or f"{path} failed")
    return ended.stdout.decode()


def _find() -> str:
    for folder in _folders():
        path = os.path.join(folder, "tandem")
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    found = shutil.which("tandem")
    if found is None:
        raise Error("the executable 'tandem' is missing: install tandem-why anew, or name it")
    return found


def _folders() -> Iterator[str]:
    # As `pip install --target` lays it out.
    yield os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin")
    yield sysconfig.get_path("scripts")
    yield os.path.dirname(os.path.abspath(sys.executable or ""))
    if site.ENABLE_USER_SITE:
        yield os.path.join(site.getuserbase(), "bin")


def _let_read(pid: int) -> None:
    """Let a process read this one's memory where Yama allows that to ancestors only; none for 0."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope") as scope:
            if scope.read().strip() != "1":
                return
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, *map(ctypes.c_ulong, (pid, 0, 0, 0)))
    except (OSError, ImportError, AttributeError):
        # There is no Yama, or the executable says itself what it can't read.
        pass
