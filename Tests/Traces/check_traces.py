#!/usr/bin/env python3
"""Makes traces of real programs, and holds them against the report of the same run.

    check_traces.py TANDEM FOLDER

Needs `perfetto` and `protobuf` of PyPI, for Perfetto's published definitions.
"""

import json
import os
import subprocess
import sys

import json_readers
import perfetto_reader
from perfetto_reader import need

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs.py")
# A figure of the trace and the report's may differ by this part: of the program's figure, and of a
# worker's life. Small ones may differ by so many seconds.
PART, SECONDS = 0.01, 0.010
# The report counts a switch itself, between two records, by the kernel's count: so many seconds
# at most.
SWITCH = 5e-6
# The longest time between two rounds of the observer, and a bit, in nanoseconds.
ROUND = 50_000_000
READERS = {
    "perfetto": perfetto_reader.read,
    "chrome": json_readers.read_chrome,
    "firefox": json_readers.read_firefox,
}
LABELS = {
    "gil_s": "waiting for the GIL",
    "lock_s": "waiting for a lock",
    "io_s": "waiting for I/O",
    "sleep_s": "asleep",
    "child_s": "waiting for a child",
    "waiting_for_work_s": "waiting for work",
}
UNSEEN = ("in waits too short to look into", "waiting, reason unknown")
READY = "ready, waiting for a CPU"


def main():
    tandem, folder = sys.argv[1:]
    checks = [
        ("gil", "perfetto", check_gil),
        ("waits", "perfetto", check_waits),
        ("names", "perfetto", check_names),
        ("waits", "chrome", check_waits),
        ("waits", "firefox", check_waits),
        ("names", "firefox", check_names),
    ]
    for name, form, check in checks:
        report, tables, path = run(tandem, folder, name, form)
        compare(report, tables)
        check(report, tables)
        switches = tables.execute("SELECT count(*) FROM sched").fetchone()[0]
        print(
            f"{name}, {form}: {os.path.getsize(path):,} bytes, {switches:,} times on a CPU:"
            " as the report says"
        )


def run(tandem, folder, name, form):
    """Explains a program, with its trace."""
    path, saved = (os.path.join(folder, f"{name}.{kind}") for kind in ("pftrace", "json"))
    subprocess.run(
        [
            tandem,
            "explain",
            "--quiet",
            "--trace",
            path,
            "--format",
            form,
            "--json",
            saved,
            "--",
            sys.executable,
            PROGRAMS,
            name,
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    with open(saved) as file:
        report = json.load(file)
    need(report["sources"]["switches"] == "exact", "the report isn't exact")
    return report, READERS[form](path), path


def near(what, trace, report, of, slack=0.0):
    need(
        abs(trace - report) <= max(PART * of, SECONDS) + slack,
        f"{what}: {trace:.6f} s in the trace, {report:.6f} s in the report",
    )


def compare(report, tables):
    """Holds the trace's sums against the report's totals, worker by worker and for all."""
    need(report["launcher"] is None, "a launcher, which the trace has and the report doesn't")
    need(report["sources"]["lost_records"] == 0, "records were lost")
    if report["other_workers"] is not None:
        raise perfetto_reader.Wrong("not all workers are listed")
    sums = dict.fromkeys([*LABELS, "unseen", "woken", "doubt", "on_cpu_s", "runnable_s"], 0.0)
    for worker in report["workers"]:
        compare_worker(worker, tables, sums)
    slack = SWITCH * tables.execute("SELECT count(*) FROM sched").fetchone()[0]
    for key in ("on_cpu_s", "runnable_s"):
        near(
            f"all: {key}",
            sums[key],
            report["totals"][key],
            report["totals"][key],
            slack + sums["doubt"],
        )
    for key, label in LABELS.items():
        # Waits that weren't looked into have no reason in the trace. From being woken to running, a
        # wait goes on in the trace and is over in the report.
        reported = report["totals"][key] or 0.0
        seen = sums[key]
        need(
            seen - sums["woken"] - slack - max(PART * seen, SECONDS)
            <= reported
            <= seen + sums["unseen"] + max(PART * reported, SECONDS),
            f"{label}: {seen:.6f} s seen in the trace and {sums['unseen']:.6f} s without a reason, "
            f"{sums['woken']:.6f} s woken; {reported:.6f} s in the report",
        )


def compare_worker(worker, tables, sums):
    def one(query, *values):
        return (tables.execute(query, values).fetchone()[0] or 0) / 1e9

    totals = worker["totals"]
    tid, pid = worker["tid"], worker["pid"]
    what = f"{worker['name']} ({tid})"
    on_cpu = one("SELECT sum(dur) FROM sched WHERE tid = ?", tid)
    slices = dict(
        tables.execute(
            "SELECT slice.name, sum(dur) / 1e9 FROM slice JOIN thread ON track = thread.id"
            " WHERE tid = ? AND pid = ? GROUP BY slice.name",
            (tid, pid),
        )
    )
    # By the kernel's own count, which grows when a thread gets a CPU. The slices show of it what
    # followed a preemption or a start; the report takes off what ended up to a round later.
    query = """
        SELECT max(value - ifnull((
          SELECT sum(dur) FROM slice
          WHERE slice.track = thread.id AND slice.name = ? AND slice.ts + dur <= counter.ts + ?
        ), 0))
        FROM counter JOIN track ON counter.track = track.id
          JOIN thread ON track.parent = thread.id
        WHERE thread.tid = ? AND thread.pid = ?
        """
    woken, least = (max(0.0, one(query, READY, later, tid, pid)) for later in (0, ROUND))
    doubt = woken - least
    ready = slices.pop(READY, 0.0)
    life = sum(value or 0.0 for value in totals.values())
    slack = SWITCH * (worker["switches"]["voluntary"] + worker["switches"]["involuntary"])
    near(f"{what} on a CPU", on_cpu, totals["on_cpu_s"], life, slack)
    near(f"{what} ready for a CPU", ready + woken, totals["runnable_s"], life, doubt)
    sums["doubt"] += doubt
    sums["on_cpu_s"] += on_cpu
    sums["runnable_s"] += ready + woken
    off = sum(seconds for name, seconds in slices.items() if name != "not known: records were lost")
    waits = sum(
        value or 0.0 for key, value in totals.items() if key not in ("on_cpu_s", "runnable_s")
    )
    near(f"{what} waiting", off - woken, waits, life, slack + doubt)
    sums["woken"] += woken
    for key, label in LABELS.items():
        sums[key] += slices.pop(label, 0.0)
    for label in UNSEEN:
        sums["unseen"] += slices.pop(label, 0.0)
    need(not slices, f"{what}: slices that nothing explains: {sorted(slices)}")


def check_gil(report, tables):
    """Waits for the GIL, who held it, and how often it changed hands."""
    (gil,) = report["gil"]
    handovers = tables.execute(
        "SELECT max(value) FROM counter JOIN track ON track = id"
        " WHERE name = 'hand-overs of the GIL'"
    ).fetchone()[0]
    need(
        handovers == gil["handovers"],
        f"{handovers} hand-overs in the trace, {gil['handovers']} in the report",
    )
    need(handovers > 3, "the threads hardly took turns")
    holders = tables.execute(
        "SELECT count(DISTINCT slice.name) FROM slice JOIN track ON track = id"
        " WHERE track.name = 'seen holding the GIL' AND dur > 0"
    ).fetchone()[0]
    need(holders >= 1, f"{holders} threads were seen holding the GIL")
    seen = tables.execute(
        "SELECT sum(dur) / 1e9 FROM slice WHERE name = 'waiting for the GIL'"
    ).fetchone()[0]
    need(seen > 0.02, f"{seen} s of waits for the GIL")
    parallelism, demand = (
        mean_of_counter(tables, name, report["wall_s"])
        for name in ("parallelism: workers on a CPU", "demand: workers that want a CPU, at least")
    )
    near("parallelism", parallelism, report["parallelism"], report["parallelism"], 0.05)
    need(
        parallelism <= demand <= 1.05 * report["demand"],
        f"demand: at least {demand} in the trace, {report['demand']} in the report",
    )


def mean_of_counter(tables, name, seconds):
    rows = tables.execute(
        "SELECT ts, value FROM counter JOIN track ON track = id WHERE name = ? ORDER BY ts", (name,)
    ).fetchall()
    end = rows[0][0] + seconds * 1e9
    times = [time for time, _ in rows[1:]] + [end]
    return sum(value * (after - time) for (time, value), after in zip(rows, times, strict=True)) / (
        seconds * 1e9
    )


def check_waits(report, tables):
    """A wait of each kind, and the memory."""
    for key, least in [
        ("lock_s", 0.5),
        ("sleep_s", 1.5),
        ("child_s", 0.4),
        ("waiting_for_work_s", 0.5),
    ]:
        seen = (
            tables.execute(
                "SELECT sum(dur) / 1e9 FROM slice WHERE name = ?", (LABELS[key],)
            ).fetchone()[0]
            or 0
        )
        need(seen > least, f"{seen} s {LABELS[key]}")
    need(
        tables.execute(
            "SELECT count(*) FROM slice WHERE details LIKE '%wait_for_lock (%'"
        ).fetchone()[0]
        > 0,
        "no wait says in which function it was",
    )
    most = tables.execute(
        "SELECT max(value) FROM counter JOIN track ON track = id WHERE name = 'memory: PSS'"
    )
    most = most.fetchone()[0]
    need(most and most > 1 << 20, f"{most} bytes of memory")


def check_names(report, tables):
    """Names are text, whatever is in them: reading them as UTF-8 has succeeded by now."""
    names = [name for (name,) in tables.execute("SELECT name FROM thread")]
    need("<script>alert(1" in names, f"markup isn't kept as it is: {names}")
    need(any("\u05e9\u05dc\u05d5\u05dd" in name for name in names), f"Hebrew isn't kept: {names}")
    need(any("\ufffd" in name for name in names), f"what is no UTF-8 isn't replaced: {names}")
    texts = names + [text for (text,) in tables.execute("SELECT details FROM slice")]
    need(not any("\u202e" in text for text in texts), "a name turns the direction of what follows")
    need(max(map(len, texts)) < 500, "a name of four kilobytes is written out")


if __name__ == "__main__":
    try:
        main()
    except perfetto_reader.Wrong as wrong:
        sys.exit(f"FAILED: {wrong}")
