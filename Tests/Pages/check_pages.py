"""Makes pages with tandem, and looks at them in a browser.

    check_pages.py TANDEM CHROMIUM FOLDER [--keep]

Counts what is drawn against the report's JSON, uses the pointer and the keyboard, and measures the
largest page. Screenshots stay in the folder.
"""

import json
import os
import resource
import subprocess
import sys

import colours
import explain_checks
import hostile_checks
import other_checks
import samples
from browser import PROBLEMS, accessible, expect, fits, opened, printed, shown
from legible import legible


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
        """Saves a report, and makes a page of it; says how much CPU time that took."""
        samples.save(report, self.path(name + ".json"))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run([self.tandem, "show", self.path(name + ".json"), "--html", self.path(name + ".html")])
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def files(self, name):
        return ["--json", self.path(name + ".json"), "--html", self.path(name + ".html")]


HOSTILE_PAGES = (
    ("hostile", samples.hostile, "explain"),
    ("hostile-stuck", samples.hostile_standstill, "stuck"),
    ("hostile-compare", samples.hostile_comparison, "compare"),
)

# Each page in each colour scheme, and wide and narrow.
VIEWS = ((1440, 900, "light"), (390, 844, "dark"), (390, 844, "light"), (1440, 900, "dark"))


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
    for name, spoiled, of in HOSTILE_PAGES:
        pages.shown_again(name, spoiled(pages.report(of)))


def look(browser, pages, name):
    """What holds for every page."""
    path = pages.path(name + ".html")
    for width, height, scheme in VIEWS if name in ("explain", "compare") else VIEWS[:2]:
        with shown(browser, path, width, height, scheme, readable=True) as page:
            what = "%s, %d pixels, %s" % (name, width, scheme)
            page.screenshot(path=pages.path("%s-%d-%s.png" % (name, width, scheme)), full_page=True)
            fits(page, what)
            passes = accessible(page, what)
            texts = legible(page, what)
    print("%s: axe passes %d rules, %d texts in charts" % (name, passes, texts))


def main():
    """Makes the pages and checks them all."""
    tandem, chromium, folder = sys.argv[1:4]
    pages = Pages(os.path.abspath(tandem), os.path.abspath(folder))
    make(pages)
    with opened(chromium) as browser:
        kinds = ["explain", "vs", "sweep", "compare", "scaling", "stuck"]
        for name in kinds:
            look(browser, pages, name)
            with shown(browser, pages.path(name + ".html")) as page:
                print("%s: %d pages of paper" % (name, printed(page, name, 6)))
        for name, _, _ in HOSTILE_PAGES:
            look(browser, pages, name)
        explain_checks.check(browser, pages)
        other_checks.check(browser, pages)
        hostile_checks.check(browser, pages)
        colours.check(browser, pages.path("explain.html"))
    print("%d problems" % len(PROBLEMS))
    sys.exit(1 if PROBLEMS else 0)


if __name__ == "__main__":
    main()
