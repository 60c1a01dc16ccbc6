"""Programs that pages are made of, and reports that no program would give."""

import copy
import json
import os
import random

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

GIL_BOUND = """
import threading
def crunch(n):
    total = 0
    for i in range(n):
        total += i * i
    return total
threads = [threading.Thread(target=crunch, args=(1_500_000,)) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
"""

PROCESSES = """
import multiprocessing
def crunch(n):
    total = 0
    for i in range(n):
        total += i * i
    return total
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        pool.map(crunch, [1_500_000] * 4)
"""

# The C library's locks know who has them, so the ring is certain.
DEADLOCK = """
import ctypes, threading, time
library = ctypes.CDLL(None)
a, b = (ctypes.create_string_buffer(64) for _ in range(2))
def take(one, other):
    library.pthread_mutex_lock(one)
    time.sleep(0.2)
    library.pthread_mutex_lock(other)
threads = [threading.Thread(target=take, args=pair) for pair in ((a, b), (b, a))]
for t in threads: t.start()
for t in threads: t.join()
"""

WORK = """
def crunch(n):
    total = 0
    for i in range(60_000 + n % 3):
        total += i * i
    return total
"""

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "<!-- <script>",
    "&lt;b&gt; \" ' `",
    "\u2028\u2029 {{title}}",
    "x" * 4096,
    # Letters from right to left, and a sign that turns all that follows it.
    "\u202eabc \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\u05e9\u05dc\u05d5\u05dd" * 300,
    # Nothing that can be seen.
    "\u200b\u200c\u200d\u2060\ufeff",
    "\ufffd\U0001f600" * 40,
    "",
]


def hostile(report):
    """The same report with names that could be markup, or break the layout."""
    made = copy.deepcopy(report)
    rows = made["timeline"]["slices"]["rows"]
    # A thread a name.
    for place in range(len(made["workers"]), len(HOSTILE)):
        made["workers"].append({**copy.deepcopy(made["workers"][-1]), "tid": 900_000 + place})
        rows.append({**rows[-1], "worker": place})
    for place, worker in enumerate(made["workers"]):
        worker["name"] = HOSTILE[place % len(HOSTILE)]
    made["command"] = ["/bin/" + HOSTILE[0], *HOSTILE]
    made["sentence"] = "It says " + HOSTILE[0] + HOSTILE[1]
    for text in HOSTILE:
        made["findings"].append(
            {
                "rule": "x",
                "claim": HOSTILE[1] + text,
                "advice": text,
                "evidence": {},
                "potential_gain": {"seconds": 0.1, "wall_s": made["wall_s"], "basis": text},
            }
        )
        made["omitted"].append({"what": text, "why": HOSTILE[5]})
        made["locks"].append(
            {
                "kind": "mutex",
                "pid": 1,
                "address": None,
                "name": text,
                "mapping": None,
                "offset": None,
                "file": None,
                "holder_pid": None,
                "holder_share": None,
                "wait_s": 1.5,
                "max_waiters": 3,
                "functions": [{"function": {"name": text, "file": text, "line": 7}, "share": 1}],
            }
        )
    return made


def hostile_standstill(report):
    """The same report of a deadlock, with such names in the ring."""
    made = copy.deepcopy(report)
    for place, worker in enumerate(made["workers"]):
        worker["name"] = HOSTILE[place + 5]
    for still in made["standstills"]:
        for place, wait in enumerate(still["waits"]):
            wait["name"], wait["object"], wait["variable"] = HOSTILE[place], HOSTILE[5], HOSTILE[6]
            wait["function"] = {"name": HOSTILE[7], "file": HOSTILE[1], "line": 7}
    return made


def hostile_comparison(report):
    """The same comparison, with such names of what was run and under what."""
    made = copy.deepcopy(report)
    made["work"]["name"] = HOSTILE[5] + HOSTILE[6]
    made["verdict"]["reason"] = HOSTILE[1] + HOSTILE[6]
    for place, run in enumerate(made["runs"]):
        if run["interpreter"]:
            run["interpreter"]["version"] = HOSTILE[place]
        run["not_measured"] = [text + HOSTILE[5] for text in HOSTILE[:7]]
    made["runs"][-1].update(n=0, error=HOSTILE[7], wall_s=[], median_s=None, ci95_s=None)
    for difference in made["differences"]:
        difference["sentence"] = HOSTILE[6] + HOSTILE[5]
    if made["code"]:
        made["code"]["lines"] = HOSTILE
    return made


def largest(report, workers=1000, slices=100_000):
    """A report with so many workers and slices of time, in processes of fifty threads."""
    numbers = random.Random(1)
    spans = int(report["wall_s"] * 1e6)
    made = copy.deepcopy(report)
    pattern = made["workers"][-1]
    rows = []
    made["workers"] = []
    each = slices // workers
    for place in range(workers):
        worker = copy.deepcopy(pattern)
        first = 100_000 + place - place % 50
        worker.update(
            pid=first,
            tid=100_000 + place,
            name="worker-%d" % place,
            kind="main" if place == 0 else "process" if place % 50 == 0 else "thread",
            role="main" if place == 0 else "worker",
            parent=None if place == 0 else first,
            started_s=0.0,
            ended_s=made["wall_s"],
        )
        made["workers"].append(worker)
        cuts = sorted(numbers.sample(range(1, spans), each - 1))
        lengths = [b - a for a, b in zip([0, *cuts], [*cuts, spans])]
        letters = []
        for _ in range(each):
            letters.append(numbers.choice([s for s in "crgliw" if letters[-1:] != [s]]))
        text = "".join(s + (str(n) if n > 1 else "") for s, n in zip(letters, lengths))
        rows.append({"worker": place, "first": 0, "states": text})
    made["timeline"]["slices"] = {"span_s": 1e-6, "spans": spans, "rows": rows}
    return made


def save(report, path):
    """Writes a report as JSON."""
    with open(path, "w") as file:
        json.dump(report, file)
