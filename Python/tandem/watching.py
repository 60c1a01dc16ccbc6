"""Explains a block of the running process."""

import contextlib
import html
import json
import os
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, Dict, List, Optional, Type

from .observer import Error, Observer, shown

_one_at_a_time = threading.Lock()


def watch(
    report: bool = True,
    details: bool = False,
    switches: str = "auto",
    executable: Optional[str] = None,
) -> "Watch":
    """Return a context that explains what the process does in its block, and why it waits.

    The executable ``tandem`` observes this process from outside: its threads, and the processes
    that it starts. The block begins when the observation has begun. When the block ends, also by an
    exception, so does the observation.

    :param report: Whether to print the report to standard error when the block has ended.
    :param details: Whether the text has everything, rather than the answer.
    :param switches: Where the times of context switches come from: ``"exact"`` (the kernel's
        records), ``"sampled"``, or ``"auto"``, which is exact where the kernel allows it.
    :param executable: The executable's path, in place of the one that was installed with this
        module.
    """
    options = ["--switches", switches]
    return Watch(report, [*options, "--details"] if details else options, executable)


class Watch:
    """A block of this process, and after its end what was seen of it."""

    def __init__(self, report: bool, options: List[str], executable: Optional[str]) -> None:
        """Make a context; ``watch`` is the way to one."""
        self._prints = report
        self._options = options
        self._executable = executable
        self._observer: Optional[Observer] = None
        self._json: Optional[str] = None
        self._text: Optional[str] = None

    def __enter__(self) -> "Watch":
        """Begin to observe; raises ``Error`` where that can't be, before the block runs."""
        if self._observer is not None or self._json is not None:
            raise Error("a watch is for one block: call tandem.watch() again")
        if not _one_at_a_time.acquire(False):
            raise Error("a block of this process is watched already, and there can be only one")
        try:
            self._observer = Observer(self._options, self._executable)
        except BaseException:
            _one_at_a_time.release()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """End the observation, and print the report."""
        observer = self._observer
        # A forked child may leave the block too; the report is its parent's.
        if observer is None or observer.observed != os.getpid():
            return
        try:
            self._json, self._text = observer.finish()
        except Error as failure:
            if error is None:
                raise
            # The block's own exception matters more.
            warnings.warn(f"tandem has no report: {failure}", stacklevel=2)
            return
        finally:
            self._observer = None
            _one_at_a_time.release()
        if self._prints and sys.stderr is not None:
            sys.stderr.write(self._text)

    @property
    def text(self) -> str:
        """The report as text."""
        return self._ended(self._text)

    def to_json(self) -> str:
        """Return the report as JSON, of the schema ``tandem.explain/1``."""
        return self._ended(self._json)

    @property
    def report(self) -> Dict[str, Any]:
        """The report's JSON as a dictionary."""
        return json.loads(self.to_json())

    @property
    def findings(self) -> List[Dict[str, Any]]:
        """What was found, the most important first: each with a claim, its evidence and advice."""
        return self.report["findings"]

    def to_markdown(self) -> str:
        """Return the answer, a table and the findings as Markdown, to be pasted into an issue."""
        return shown(self.to_json(), "markdown", self._executable)

    def to_html(self) -> str:
        """Return the report as one page for a browser, as ``tandem show --html`` makes it."""
        return shown(self.to_json(), "html", self._executable)

    def _repr_html_(self) -> Optional[str]:
        """Show a notebook the page; nothing before the block has ended."""
        # Where the executable is gone, the notebook shows what `repr` says.
        with contextlib.suppress(Error):
            # A frame keeps the page's styles and scripts apart from the notebook's.
            return (
                '<iframe title="tandem explain" style="width: 100%; height: 40em; border: 0" '
                f'srcdoc="{html.escape(self.to_html())}"></iframe>'
            )
        return None

    def _repr_markdown_(self) -> Optional[str]:
        """Show the report where no page can be shown; nothing before the block has ended."""
        with contextlib.suppress(Error):
            return self.to_markdown()
        return None

    def __repr__(self) -> str:
        """Say how long the block took, and what was found."""
        if self._json is None:
            state = "not begun" if self._observer is None else "not ended"
            return f"<tandem.Watch: {state}>"
        report = self.report
        claims = [finding["claim"] for finding in report["findings"]] or ["no findings"]
        return "<tandem.Watch: {:.3g} s; {}>".format(report["wall_s"], "; ".join(claims))

    @staticmethod
    def _ended(value: Optional[str]) -> str:
        if value is None:
            raise Error("there is no report before the block has ended")
        return value
