"""Makes pages with tandem, and looks at them in a browser.

    check_pages.py TANDEM CHROMIUM FOLDER [--keep]

Counts what is drawn against the report's JSON, uses the pointer and the keyboard, and measures the
largest page. Screenshots stay in the folder.
"""

import json
import os
import subprocess
import sys
import time

import explain_checks
import other_checks
import samples
from browser import PROBLEMS, accessible, expect, fits, opened, printed, shown


def run(arguments, code=0, seconds=120):
    """A command, which must end as it should."""
    done = subprocess.run(
        arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
    )
    expect(
        done.returncode == code,
        "%s: exit code %d, not %d: %s"
        % (" ".join(arguments[:6]), done.returncode, code, done.stderr[-400:]),
    )
    return done


class Pages:
    """The pages that are looked at, each with its report."""

    def __init__(self, tandem, folder):
        self.tandem, self.folder = tandem, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return [sys.executable, self.path(name)]

    def report(self, name):
        with open(self.path(name + ".json")) as file:
            return json.load(file)

    def shown_again(self, name, report):
        """Saves a report, and makes a page of it."""
        samples.save(report, self.path(name + ".json"))
        began = time.monotonic()
        run([self.tandem, "show", self.path(name + ".json"), "--html", self.path(name + ".html")])
        return time.monotonic() - began

    def files(self, name):
        return ["--json", self.path(name + ".json"), "--html", self.path(name + ".html")]


def make(pages):
    """Runs the programs."""
    tandem = pages.tandem
    bound = pages.program("gil_bound.py", samples.GIL_BOUND)
    processes = pages.program("processes.py", samples.PROCESSES)
    pages.program("work.py", samples.WORK)
    stuck = pages.program("deadlock.py", samples.DEADLOCK)
    explain = [tandem, "explain", "--quiet"]
    compare = [tandem, "compare", "--quiet"]
    run([*explain, *pages.files("explain"), "--", *bound])
    versus = ["--runs", "3", "--vs", " ".join(processes)]
    run([*explain, *versus, *pages.files("vs"), "--", *bound])
    swept = ["--", sys.executable, "-c", "sum(range(10**6))"]
    run([*explain, "--runs", "2", "--sweep", "N=1,2", *pages.files("sweep"), *swept])
    work = ["--python", pages.path("work.py") + ":crunch", "--workers", "2", "--items", "8"]
    run([*compare, *work, "--time-budget", "12s", *pages.files("compare")])
    models = ["--models", "serial,swift-threads,swift-process-pool"]
    run([*compare, *models, "--sweep", "1,2,3,4", "--runs", "2", *pages.files("scaling")])
    hanging = subprocess.Popen(stuck)
    try:
        # It reports when the program stands still.
        run([*explain, "--pid", str(hanging.pid), *pages.files("stuck")])
    finally:
        hanging.kill()
        hanging.wait()
    pages.shown_again("hostile", samples.hostile(pages.report("explain")))


def main():
    """Makes the pages and checks them all."""
    tandem, chromium, folder = sys.argv[1:4]
    pages = Pages(os.path.abspath(tandem), os.path.abspath(folder))
    make(pages)
    with opened(chromium) as browser:
        for name in ("explain", "vs", "sweep", "compare", "scaling", "stuck", "hostile"):
            path = pages.path(name + ".html")
            for width, height in ((1440, 900), (390, 844)):
                for scheme in ("light", "dark"):
                    with shown(browser, path, width, height, scheme) as page:
                        what = "%s, %d pixels, %s" % (name, width, scheme)
                        fits(page, what)
                        passes = accessible(page, what)
                        page.screenshot(
                            path=pages.path("%s-%d-%s.png" % (name, width, scheme)), full_page=True
                        )
            with shown(browser, path) as page:
                sheets = printed(page, name, 6)
            print("%s: axe passes %d rules, %d pages on paper" % (name, passes, sheets))
        explain_checks.check(browser, pages)
        other_checks.check(browser, pages)
    print("%d problems" % len(PROBLEMS))
    sys.exit(1 if PROBLEMS else 0)


if __name__ == "__main__":
    main()
