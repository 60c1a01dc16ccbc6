"""What `tandem.watch()` and `%%tandem` do, with the installed module and executable.

    python3 -m unittest discover -s Python/tests
"""

import contextlib
import html
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings

import tandem


def compute(seconds):
    """Use a CPU for so many seconds."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def kinds(seen):
    """Return the kinds of a report's workers."""
    return sorted(worker["kind"] for worker in seen.report["workers"])


def quiet():
    """Watch without printing."""
    return tandem.watch(report=False)


class WatchTests(unittest.TestCase):
    """A block of this process."""

    def setUp(self):
        """Note what a watch could leave behind."""
        self.descriptors = len(os.listdir("/proc/self/fd"))

    def tearDown(self):
        """Nothing is left: no descriptor, no child."""
        self.assertEqual(len(os.listdir("/proc/self/fd")), self.descriptors)
        self.assertRaises(ChildProcessError, os.waitpid, -1, os.WNOHANG)

    def test_it_sees_the_block_and_nothing_else(self):
        """The report is about the time and the work of the block."""
        compute(0.3)
        began = time.monotonic()
        with quiet() as seen:
            entered = time.monotonic()
            threads = [threading.Thread(target=compute, args=(0.2 + 0.2 * n,)) for n in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            left = time.monotonic()
        ended = time.monotonic()
        self.assertEqual(kinds(seen), ["main", "thread", "thread"])
        self.assertGreaterEqual(seen.report["wall_s"], left - entered - 0.001)
        self.assertLessEqual(seen.report["wall_s"], ended - began)
        self.assertEqual(seen.report["workers"][0]["pid"], os.getpid())

    def test_it_prints_the_report(self):
        """The report goes to standard error, once, when the block has ended."""
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed):
            with tandem.watch() as seen:
                self.assertEqual(printed.getvalue(), "")
        self.assertEqual(printed.getvalue(), seen.text)
        self.assertIn("tandem.watch(details=True) prints everything", seen.text)
        self.assertNotIn("--details", seen.text)
        self.assertLessEqual(len(seen.text.splitlines()), 40)

    def test_a_notebook_shows_it(self):
        """It is a page, and Markdown, once the block has ended, and nothing before."""
        with quiet() as seen:
            self.assertIsNone(seen._repr_markdown_())
            self.assertIsNone(seen._repr_html_())
            compute(0.1)
        text = seen.to_markdown()
        self.assertEqual(seen._repr_markdown_(), text)
        self.assertTrue(text.startswith("**"))
        self.assertIn("| where it went | wall time | share |", text)
        page = seen.to_html()
        self.assertTrue(page.lower().startswith("<!doctype html>"))
        frame = seen._repr_html_()
        self.assertIn(html.escape(page), frame)
        self.assertTrue(frame.startswith("<iframe ") and frame.endswith("></iframe>"))

    def test_it_prints_everything(self):
        """With ``details``, the text is what ``tandem show --details`` prints."""
        with tandem.watch(report=False, details=True) as seen:
            pass
        self.assertIn("What the numbers mean", seen.text)

    def test_the_report_is_an_object(self):
        """JSON, findings and a short form."""
        with quiet() as seen:
            pass
        self.assertEqual(json.loads(seen.to_json())["schema"], "tandem.explain/1")
        self.assertEqual(seen.findings, seen.report["findings"])
        self.assertRegex(repr(seen), r"^<tandem\.Watch: [0-9.e-]+ s; ")

    def test_no_report_before_the_end(self):
        """Asking early is an error that says so."""
        with quiet() as seen:
            self.assertEqual(repr(seen), "<tandem.Watch: not ended>")
            self.assertRaisesRegex(tandem.Error, "before the block has ended", seen.to_json)

    def test_an_exception_passes_through(self):
        """The block's exception is raised, and there is a report."""
        seen = quiet()
        with self.assertRaisesRegex(ValueError, "mine"), seen:
            raise ValueError("mine")
        self.assertEqual(kinds(seen), ["main"])

    def test_control_c_passes_through(self):
        """An interrupt is the process's."""
        seen = quiet()
        with self.assertRaises(KeyboardInterrupt), seen:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)
        self.assertLess(seen.report["wall_s"], 5)

    def test_only_one_at_a_time(self):
        """A watch within a watch, or beside it in another thread, is one clear error."""
        complaints = []

        def other():
            try:
                with quiet():
                    pass
            except tandem.Error as error:
                complaints.append(str(error))

        with quiet():
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            self.assertRaisesRegex(tandem.Error, "there can be only one", quiet().__enter__)
        self.assertEqual(len(complaints), 1)
        with quiet() as seen:
            pass
        self.assertRaisesRegex(tandem.Error, "for one block", seen.__enter__)

    def test_a_block_that_waits_for_all_its_children(self):
        """The observer is no child of this process, and no part of the report."""
        for switches in ("auto", "sampled"):
            with tandem.watch(report=False, switches=switches) as seen:
                for _ in range(2):
                    if os.fork() == 0:
                        compute(0.3)
                        os._exit(0)
                ended = 0
                with contextlib.suppress(ChildProcessError):
                    while os.wait():
                        ended += 1
            self.assertEqual(ended, 2)
            self.assertEqual(kinds(seen), ["main", "process", "process"])

    def test_a_forked_child_leaves_the_block(self):
        """The report is the parent's; the child goes on, and may not watch what is watched."""
        read, write = os.pipe()
        parent = os.getpid()
        try:
            with quiet() as seen:
                child = os.fork()
                if child:
                    os.waitpid(child, 0)
        finally:
            if os.getpid() != parent:
                os.write(write, repr(seen).encode())
                os._exit(0)
        os.close(write)
        self.assertEqual(os.read(read, 100), b"<tandem.Watch: not ended>")
        os.close(read)
        self.assertEqual(kinds(seen), ["main", "process"])

    def test_the_executable_is_missing_or_another(self):
        """One error, before the block runs, that says which file."""
        cases = [("/nowhere/tandem", "no executable at /nowhere"), ("/bin/true", "/bin/true")]
        for path, complaint in cases:
            with self.assertRaisesRegex(tandem.Error, complaint):
                with tandem.watch(report=False, executable=path):
                    self.fail("the block ran")
        with self.assertRaisesRegex(tandem.Error, "'auto', 'exact' or 'sampled'"):
            tandem.watch(report=False, switches="often").__enter__()

    def test_the_observer_dies(self):
        """Without a report, the block's own exception still passes through."""
        with self.assertRaises(tandem.Error):
            with quiet() as seen:
                os.kill(seen._observer._pid, signal.SIGKILL)
                os.read(seen._observer._ready, 1)
        with warnings.catch_warnings(record=True) as caught, self.assertRaises(ValueError):
            warnings.simplefilter("always")
            with quiet() as seen:
                os.kill(seen._observer._pid, signal.SIGKILL)
                os.read(seen._observer._ready, 1)
                raise ValueError
        self.assertEqual(len(caught), 1)
        with quiet():
            pass

    def test_the_process_ends_in_the_block(self):
        """The observer ends by itself, and nothing stays."""
        block = "with tandem.watch() as seen: print(seen._observer._pid); os._exit(3)"
        # Unbuffered, because nothing flushes at this end.
        command = [sys.executable, "-u", "-c", "import os, tandem\n" + block]
        ended = subprocess.run(command, check=False, stdout=subprocess.PIPE)
        self.assertEqual(ended.returncode, 3)
        observer = f"/proc/{int(ended.stdout)}"
        limit = time.monotonic() + 20
        while os.path.exists(observer) and time.monotonic() < limit:
            # An orphan is nobody's to wait for.
            time.sleep(0.01)
        self.assertFalse(os.path.exists(observer))


class MagicTests(unittest.TestCase):
    """`%%tandem`, in a shell that has what the magic uses of IPython's."""

    def test_a_cell(self):
        """The cell runs in the shell, and the report gets its name."""
        shell = Shell()
        tandem.load_ipython_extension(shell)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            shell.magics["tandem"]("seen", "answer = 42")
        self.assertEqual(shell.user_ns["answer"], 42)
        self.assertEqual(printed.getvalue(), shell.user_ns["seen"].text)
        self.assertRaisesRegex(ValueError, "takes one name", shell.magics["tandem"], "a b", "")


class Shell:
    """As much of IPython's shell."""

    def __init__(self):
        """Make one without variables."""
        self.user_ns = {}
        self.magics = {}

    def register_magic_function(self, function, magic_kind, magic_name):
        """Remember a magic."""
        assert magic_kind == "cell"
        self.magics[magic_name] = function

    def run_cell(self, cell):
        """Run a cell."""
        exec(cell, self.user_ns)


if __name__ == "__main__":
    unittest.main()
