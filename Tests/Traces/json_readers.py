"""Reads traces in JSON into the tables of `perfetto_reader`, and accepts nothing else."""

import json
from decimal import Decimal

from perfetto_reader import need, tables_of

# Numbers of processes and threads end here on Linux; those above stand for other rows.
MOST = 1 << 22
CPUS = MOST + 1
THEN = {"preempted": "R+", "waits": "S", "exited": "X", "not known": "R"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_float=Decimal)


def nanoseconds(value, factor):
    exact = Decimal(value) * factor
    need(exact == int(exact), f"{value} is no whole number of nanoseconds")
    return int(exact)


# --- JSON trace events ----------------------------------------------------------------------------

KEYS = {
    "M": {"ph", "pid", "tid", "ts", "name", "args"},
    "X": {"ph", "pid", "tid", "ts", "dur", "name", "args"},
    "i": {"ph", "pid", "tid", "ts", "s", "name", "args"},
    "C": {"ph", "pid", "tid", "ts", "name", "args"},
}


def read_chrome(path):
    """The tables of an array of trace events."""
    tracks, sched, slices, counters = {}, [], [], []

    def track(pid, tid, name=None):
        key = (pid, tid)
        is_thread = tid < MOST and pid < MOST
        before = tracks.get(key, (len(tracks) + 1, None, "", pid, tid if is_thread else None))
        tracks[key] = (*before[:2], before[2] if name is None else name, *before[3:])
        return before[0]

    for event in load(path):
        kind = event["ph"]
        need(kind in KEYS, f"an event of kind {kind}")
        need(set(event) - {"id"} == KEYS[kind], f"keys of {event}")
        pid, tid, name = event["pid"], event["tid"], event["name"]
        time = nanoseconds(event["ts"], 1000)
        if kind == "M":
            need(set(event["args"]) == {"name"}, f"{event}")
            if name == "thread_name":
                track(pid, tid, event["args"]["name"])
            else:
                need(name == "process_name", f"{event}")
        elif kind == "C":
            key = ("counter", pid, tid, name)
            if key not in tracks:
                parent = track(pid, tid) if "id" in event else None
                tracks[key] = (len(tracks) + 1, parent, name, None, None)
            counters.append((tracks[key][0], time, float(event["args"]["value"])))
        elif pid == CPUS and tid < MOST:
            length = nanoseconds(event["dur"], 1000)
            args = event["args"]
            sched.append((tid, args["tid"], time, length, THEN[args["then"]], name))
        else:
            length = nanoseconds(event.get("dur", 0), 1000)
            details = "; ".join(f"{key}={value}" for key, value in event["args"].items())
            if name != "on a CPU":
                slices.append((track(pid, tid), time, length, name, details))
    return tables_of(list(tracks.values()), sched, slices, counters)


# --- Firefox's processed profiles -----------------------------------------------------------------

# What the viewer's types demand (src/types/profile.ts), of version 70.
PROFILE = {"meta", "libs", "shared", "threads", "counters"}
META = {
    *("interval", "startTime", "profilingStartTime", "profilingEndTime", "processType", "product"),
    *("importedFrom", "stackwalk", "version", "preprocessedProfileVersion", "symbolicated"),
    *("keepProfileThreadOrder", "oscpu", "categories", "markerSchema"),
}
SHARED = {
    "stackTable": {"frame", "prefixOffset"},
    "frameTable": {
        *("address", "inlineDepth", "category", "subcategory", "func", "lib", "nativeSymbol"),
        *("innerWindowID", "line", "column", "originalLocation"),
    },
    "funcTable": {
        *("isJS", "relevantForJS", "name", "resource", "source", "lineNumber", "columnNumber"),
        "originalLocation",
    },
    "resourceTable": {"name", "host", "type"},
    "nativeSymbols": {"libIndex", "address", "name", "functionSize"},
    "sources": {"id", "filename", "startLine", "startColumn", "sourceMapURL", "content"},
    "sourceLocationTable": {"source", "line", "column"},
}
THREAD = {
    *("processType", "processStartupTime", "processShutdownTime", "registerTime"),
    *("unregisterTime", "pausedRanges", "showMarkersInTimeline", "name", "processName"),
    *("isMainThread", "pid", "tid", "samples", "markers"),
}
MARKERS = {"data", "name", "startTime", "endTime", "phase", "category"}
COUNTER = {"name", "category", "description", "pid", "mainThreadIndex", "samples", "display"}
COLOURS = {
    *("transparent", "purple", "green", "orange", "yellow", "lightblue", "blue", "brown"),
    *("magenta", "red", "lightred", "darkgrey", "grey"),
}


def keys(value, wanted, what):
    need(set(value) == wanted, f"{what} has {set(value) ^ wanted} too much or too little")


def columns(table, wanted, what):
    keys(table, wanted | {"length"}, what)
    lengths = {len(table[name]) for name in wanted}
    need(lengths == {table["length"]}, f"columns of {what} have {lengths} of {table['length']}")
    return table["length"]


def read_firefox(path):
    """The tables of a processed profile."""
    profile = load(path)
    keys(profile, PROFILE, "the profile")
    meta, shared = profile["meta"], profile["shared"]
    keys(meta, META, "meta")
    need(meta["preprocessedProfileVersion"] == 70, "the version")
    need(all(each["color"] in COLOURS for each in meta["categories"]), "a colour")
    need(any(each["color"] == "grey" for each in meta["categories"]), "no default category")
    schemas = {
        each["name"]: {field["key"] for field in each["fields"]} for each in meta["markerSchema"]
    }
    keys(shared, {*SHARED, "stringArray"}, "shared")
    for name, wanted in SHARED.items():
        need(columns(shared[name], wanted, name) == 0, f"{name} isn't empty")
    tracks, sched, slices, counters = [], [], [], []
    for thread in profile["threads"]:
        read_thread(thread, shared["stringArray"], meta, schemas, tracks, sched, slices)
    for counter in profile["counters"]:
        read_counter(counter, profile["threads"], tracks, counters)
    return tables_of(tracks, sched, slices, counters)


def read_thread(thread, strings, meta, schemas, tracks, sched, slices):
    keys(thread, THREAD, "a thread")
    need(isinstance(thread["pid"], str), "a process's number is text")
    markers = thread["markers"]
    columns(markers, MARKERS, "markers")
    is_thread = thread["pid"].isdigit() and thread["tid"].isdigit()
    number = len(tracks) + 1
    tracks.append(
        (
            number,
            None,
            thread["name"],
            int(thread["pid"]) if is_thread else None,
            int(thread["tid"]) if is_thread else None,
        )
    )
    rows = zip(*(markers[name] for name in sorted(MARKERS)), strict=True)
    for category, data, stop, name, phase, start in rows:
        need(0 <= category < len(meta["categories"]), "a category that isn't there")
        need(set(data) - {"type"} <= schemas[data["type"]], f"a marker with {data}")
        time, end = nanoseconds(start, 1_000_000), nanoseconds(stop, 1_000_000)
        need(phase == (1 if end > time else 0), "a phase")
        text = strings[name]
        if thread["pid"] == "CPUs" and data["type"] == "CPU":
            cpu = int(thread["name"].removeprefix("CPU "))
            sched.append((cpu, int(data["thread"]), time, end - time, THEN[data["then"]], text))
        elif data["type"] == "Wait":
            details = "; ".join(f"{key}={value}" for key, value in data.items() if key != "type")
            slices.append((number, time, end - time, text, details))


def read_counter(counter, threads, tracks, counters):
    keys(counter, COUNTER, "a counter")
    samples = counter["samples"]
    columns(samples, {"time", "count"}, "a counter's samples")
    need(0 <= counter["mainThreadIndex"] < len(threads), "a counter of no thread")
    name, _, tid = counter["name"].partition(": thread ")
    parent = next((track[0] for track in tracks if tid and track[4] == int(tid)), None)
    number = len(tracks) + 1
    tracks.append((number, parent, name, None, None))
    value = 0.0
    for time, change in zip(samples["time"], samples["count"], strict=True):
        value += float(change)
        counters.append((number, nanoseconds(time, 1_000_000), value))
