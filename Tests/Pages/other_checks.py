"""The pages on comparisons, two programs and sweeps: what is drawn is what the report has."""

from browser import expect, shown


def check(browser, pages):
    """All checks of such pages."""
    comparison(browser, pages)
    scaling(browser, pages)
    two_programs(browser, pages)
    values(browser, pages)


def comparison(browser, pages):
    report = pages.report("compare")
    with shown(browser, pages.path("compare.html")) as page:
        dots = page.locator("section.wall-time .dot").count()
        runs = sum(len(run["wall_s"]) for run in report["runs"])
        expect(dots == runs, "%d dots for %d runs" % (dots, runs))
        intervals = page.locator("section.wall-time .interval").count()
        wanted = sum(1 for run in report["runs"] if run["ci95_s"])
        expect(intervals == wanted, "%d intervals, not %d" % (intervals, wanted))
        rings = page.locator(".concurrency").count()
        wanted = sum(1 for run in report["runs"] if run["concurrency"] is not None)
        expect(rings == wanted, "%d rings of concurrency, not %d" % (rings, wanted))
        expect(
            str(report["seed"]) in page.inner_text(".measured"), "the seed is there, digit by digit"
        )
        expect(page.inner_text("h1") != "", "the page opens with the answer")
        if report["differences"]:
            causes = page.locator(".cause-bar").count()
            parts = [one for one in report["differences"][0]["parts"] if one["seconds"] != 0]
            expect(causes in (len(parts), len(parts) + 1), "%d causes of %d" % (causes, len(parts)))


def scaling(browser, pages):
    report = pages.report("scaling")
    with shown(browser, pages.path("scaling.html")) as page:
        points = sum(
            1
            for one in report["sweep"]["series"]
            for p in one["points"]
            if p["speedup"] is not None
        )
        dots = page.locator("section.how-it-scales .dot").count()
        expect(dots == points, "%d points of %d" % (dots, points))
        costs = sum(
            1 for one in report["sweep"]["series"] for p in one["points"] if p["cpu_s"] is not None
        )
        drawn = page.locator(".cost-dot").count()
        expect(costs > 0 and drawn == costs, "%d points of CPU time of %d" % (drawn, costs))
        fits = sum(1 for one in report["sweep"]["series"] if one["fit"])
        drawn = page.locator("section.how-it-scales .fit").count()
        expect(drawn == fits, "%d fits of %d" % (drawn, fits))


def two_programs(browser, pages):
    report = pages.report("vs")
    with shown(browser, pages.path("vs.html")) as page:
        lanes = int(page.get_attribute(".timeline", "data-lanes"))
        rows = sum(len(report[one]["timeline"]["slices"]["rows"]) for one in ("first", "second"))
        expect(lanes == rows, "%d lanes of %d" % (lanes, rows))
        longest = max(report["first"]["wall_s"], report["second"]["wall_s"])
        expect(
            abs(float(page.get_attribute(".timeline", "data-to")) - longest) < 1e-9,
            "one scale for both",
        )
        dots = page.locator("section.wall-time .dot").count()
        runs = len(report["first_runs"]["wall_s"]) + len(report["second_runs"]["wall_s"])
        expect(dots == runs, "%d dots for %d runs" % (dots, runs))
        expect(page.locator(".total-bar").count() == 2, "the waterfall has two ends")


def values(browser, pages):
    report = pages.report("sweep")
    with shown(browser, pages.path("sweep.html")) as page:
        dots = page.locator("section.wall-time .dot").count()
        runs = sum(len(point["runs"]["wall_s"]) for point in report["points"])
        expect(dots == runs, "%d dots for %d runs" % (dots, runs))
