"""Reads a trace by Perfetto's published definitions (PyPI `perfetto`), and accepts nothing else.

The tables are those of Perfetto's trace_processor, as far as they are needed here, in SQLite:
`sched`, `thread`, `slice` and `counter`. Times are nanoseconds of CLOCK_MONOTONIC.
"""

import sqlite3

from google.protobuf.unknown_fields import UnknownFieldSet
from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as definitions

CLEARED, NEEDED = 1, 2
REALTIME, MONOTONIC, BOOTTIME = 1, 3, 6
BEGIN, END, INSTANT, COUNTER = 1, 2, 3, 4
# What sched_switch says of who was there before, from Linux 4.14 on.
STATES = {0: "R", 1: "S", 0x10: "X", 0x100: "R+"}


class Wrong(Exception):
    """What is wrong with a trace."""


def need(holds, what):
    if not holds:
        raise Wrong(what)


def read(path):
    """The tables of a trace."""
    with open(path, "rb") as file:
        data = file.read()
    reader = Reader()
    for packet in packets(data):
        check_fields(packet)
        reader.take(packet)
    return reader.finished()


def packets(data):
    """The packets of a file, which has nothing else."""
    at = 0
    while at < len(data):
        need(data[at] == 0x0A, f"byte {at} begins no packet")
        length, at = varint(data, at + 1)
        need(at + length <= len(data), "the last packet is cut off")
        yield definitions.TracePacket.FromString(data[at : at + length])
        at += length


def varint(data, at):
    value = shift = 0
    while True:
        need(at < len(data) and shift < 64, "a length is cut off")
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def check_fields(message):
    """No field is unknown, and each text is UTF-8: reading one that isn't raises an error."""
    need(len(UnknownFieldSet(message)) == 0, f"unknown fields in {message.DESCRIPTOR.name}")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in value if field.is_repeated else [value]:
            check_fields(part)


class Reader:
    def __init__(self):
        self.to_monotonic = None
        self.has_state = False
        self.kernel = None
        self.names = {}
        self.tracks = {}
        self.open = {}
        self.cpus = {}
        self.sched = []
        self.slices = []
        self.counters = []

    def take(self, packet):
        need(packet.trusted_packet_sequence_id == 1, "a packet of another sequence")
        kind = packet.WhichOneof("data")
        if packet.sequence_flags & CLEARED:
            need(not self.has_state, "the sequence begins twice")
            self.has_state = True
            need(packet.trace_packet_defaults.timestamp_clock_id == MONOTONIC, "the clock")
        if packet.sequence_flags & NEEDED:
            need(self.has_state, "nothing was given before")
        for name in packet.interned_data.event_names:
            need(name.iid not in self.names, f"name {name.iid} is given twice")
            self.names[name.iid] = name.name
        take = {
            "clock_snapshot": self.take_clocks,
            "system_info": self.take_system,
            "track_descriptor": self.take_track,
            "track_event": self.take_event,
            "ftrace_events": self.take_switches,
        }.get(kind)
        need(take is not None, f"an unexpected packet: {kind}")
        take(packet)

    def take_clocks(self, packet):
        snapshot = packet.clock_snapshot
        need(snapshot.primary_trace_clock == MONOTONIC, "the primary clock")
        times = {clock.clock_id: clock.timestamp for clock in snapshot.clocks}
        need(set(times) == {REALTIME, MONOTONIC, BOOTTIME}, "the clocks")
        self.to_monotonic = times[MONOTONIC] - times[BOOTTIME]

    def take_system(self, packet):
        self.kernel = packet.system_info.utsname.release
        version = tuple(int(part) for part in self.kernel.split(".")[:2])
        need(version >= (4, 14), "the states are coded as from Linux 4.14 on")

    def take_track(self, packet):
        track = packet.track_descriptor
        need(track.uuid != 0, "a track without a number")
        if track.HasField("parent_uuid"):
            need(track.parent_uuid in self.tracks, "a track under one that isn't there")
        before = self.tracks.get(track.uuid)
        if before is not None:
            # Only names change.
            need(before.thread.tid == track.thread.tid, "a track of another thread")
            need(before.process.pid == track.process.pid, "a track of another process")
            need(before.parent_uuid == track.parent_uuid, "a track that moves")
        self.tracks[track.uuid] = track

    def take_event(self, packet):
        event, time = packet.track_event, packet.timestamp
        need(packet.sequence_flags & NEEDED and time > 0, "an event without a time")
        need(event.track_uuid in self.tracks, "an event on a track that isn't there")
        track = self.tracks[event.track_uuid]
        need((event.type == COUNTER) == track.HasField("counter"), "numbers on a track of slices")
        if event.type == COUNTER:
            need(event.HasField("double_counter_value"), "a counter without a value")
            self.counters.append((event.track_uuid, time, event.double_counter_value))
            return
        if event.type == END:
            began, name, details = self.open.pop(event.track_uuid, (None,) * 3)
            need(began is not None and began < time, "a slice ends that hasn't begun")
            self.slices.append((event.track_uuid, began, time - began, name, details))
            return
        if event.HasField("name_iid"):
            need(event.name_iid in self.names, "a name that wasn't given")
            name = self.names[event.name_iid]
        else:
            need(event.HasField("name"), "a slice without a name")
            name = event.name
        details = "; ".join(f"{a.name}={a.string_value}" for a in event.debug_annotations)
        if event.type == INSTANT:
            self.slices.append((event.track_uuid, time, 0, name, details))
            return
        need(event.type == BEGIN, f"an event of type {event.type}")
        need(event.track_uuid not in self.open, "a slice inside of another")
        self.open[event.track_uuid] = (time, name, details)

    def take_switches(self, packet):
        bundle = packet.ftrace_events
        compact = bundle.compact_sched
        need(not bundle.event, "records that this trace can't have")
        need(not compact.waking_timestamp, "wake-ups, which nobody recorded")
        columns = [
            compact.switch_timestamp,
            compact.switch_prev_state,
            compact.switch_next_pid,
            compact.switch_next_prio,
            compact.switch_next_comm_index,
        ]
        need(len({len(column) for column in columns}) == 1, "columns of different lengths")
        time = 0
        before, since, name = self.cpus.get(bundle.cpu, (None, None, None))
        for step, state, tid, _, comm in zip(*columns, strict=True):
            time += step
            now = time + self.to_monotonic
            need(since is None or now >= since, "switches out of order")
            need(state in STATES, f"a state that is not known: {state}")
            # A reader leaves the first one out: it doesn't know who was there.
            if before is not None:
                need((before == 0) != (tid == 0), "a thread takes the place of another at once")
                if before != 0:
                    self.sched.append((bundle.cpu, before, since, now - since, STATES[state], name))
            before, since, name = tid, now, compact.intern_table[comm]
        self.cpus[bundle.cpu] = (before, since, name)

    def finished(self):
        need(self.to_monotonic is not None, "no clocks")
        need(self.kernel is not None, "no kernel")
        need(not self.open, "a slice that doesn't end")
        need(all(tid == 0 for tid, _, _ in self.cpus.values()), "a thread that is never taken off")
        return tables_of(
            list(map(row, self.tracks.values())), self.sched, self.slices, self.counters
        )


def tables_of(tracks, sched, slices, counters):
    """The tables of a trace, of their rows."""
    tables = sqlite3.connect(":memory:")
    tables.executescript(
        """
        CREATE TABLE track (id, parent, name, pid, tid);
        CREATE TABLE sched (cpu, tid, ts, dur, end_state, name);
        CREATE TABLE slice (track, ts, dur, name, details);
        CREATE TABLE counter (track, ts, value);
        CREATE VIEW thread AS SELECT * FROM track WHERE tid IS NOT NULL;
        CREATE VIEW process AS SELECT * FROM track WHERE tid IS NULL AND pid IS NOT NULL;
        """
    )
    tables.executemany("INSERT INTO track VALUES (?, ?, ?, ?, ?)", tracks)
    tables.executemany("INSERT INTO sched VALUES (?, ?, ?, ?, ?, ?)", sched)
    tables.executemany("INSERT INTO slice VALUES (?, ?, ?, ?, ?)", slices)
    tables.executemany("INSERT INTO counter VALUES (?, ?, ?)", counters)
    return tables


def row(track):
    parent = track.parent_uuid or None
    if track.HasField("process"):
        return track.uuid, parent, track.process.process_name, track.process.pid, None
    if track.HasField("thread"):
        return track.uuid, parent, track.thread.thread_name, track.thread.pid, track.thread.tid
    return track.uuid, parent, track.name, None, None
