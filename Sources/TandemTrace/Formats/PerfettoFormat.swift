/// Writes a trace as Perfetto's messages, for [ui.perfetto.dev](https://ui.perfetto.dev) and `trace_processor`.
///
/// A file is one `Trace`, whose packets stand one behind the other, so that what was written up to any packet is a trace
/// too. Times are of `CLOCK_MONOTONIC`; those of switches are of `CLOCK_BOOTTIME`, as Perfetto expects, and the snapshot
/// of the clocks at the beginning leads back.
struct PerfettoFormat: TraceFormat {
  private typealias Packet = PerfettoFields.Packet
  private typealias Event = PerfettoFields.Event

  private var out = ProtoBytes()
  private var names: [String: UInt64] = [:]
  private var cpus: [UInt32: SwitchColumns] = [:]
  private var toBootNS: UInt64 = 0
  /// Names beyond these are written out each time, so that they take no memory.
  private static let mostNames = 10_000
  private static let sequence = 1

  var byteCount: Int { out.bytes.count }

  mutating func take() -> [UInt8] { out.take() }

  mutating func begin(_ start: TraceStart) {
    typealias Clocks = PerfettoFields.Clocks
    typealias System = PerfettoFields.System
    toBootNS = start.bootNS &- start.monotonicNS
    packet { packet in
      packet.field(Packet.sequenceFlags, Packet.stateCleared)
      packet.message(Packet.defaults) { $0.field(PerfettoFields.Defaults.clock, Clocks.monotonic) }
      packet.message(Packet.clockSnapshot) { snapshot in
        for (clock, timeNS) in [
          (Clocks.real, start.realNS), (Clocks.monotonic, start.monotonicNS),
          (Clocks.boot, start.bootNS),
        ] {
          snapshot.message(Clocks.clocks) {
            $0.field(Clocks.id, clock)
            $0.field(Clocks.timestamp, timeNS)
          }
        }
        snapshot.field(Clocks.primary, Clocks.monotonic)
      }
    }
    // From the release, a reader knows how states of threads are coded.
    packet { packet in
      packet.message(Packet.systemInfo) { system in
        system.message(System.utsname) {
          $0.field(System.sysname, text: "Linux")
          $0.field(System.release, text: start.kernel)
        }
      }
    }
  }

  mutating func declare(_ track: TraceTrack) {
    typealias Track = PerfettoFields.Track
    packet { packet in
      packet.message(Packet.trackDescriptor) { body in
        body.field(Track.uuid, track.id)
        if let parent = track.parent { body.field(Track.parent, parent) }
        switch track.kind {
        case .process(let pid):
          body.message(Track.process) {
            $0.field(PerfettoFields.Process.pid, pid)
            if !track.name.isEmpty { $0.field(PerfettoFields.Process.name, text: track.name) }
          }
        case .thread(let tid, let pid):
          body.message(Track.thread) {
            $0.field(PerfettoFields.Thread.pid, pid)
            $0.field(PerfettoFields.Thread.tid, tid)
            if !track.name.isEmpty { $0.field(PerfettoFields.Thread.name, text: track.name) }
          }
        case .slices: body.field(Track.name, text: track.name)
        case .numbers(let unit):
          body.field(Track.name, text: track.name)
          body.message(Track.counter) { Self.describe(unit, in: &$0) }
        }
      }
    }
  }

  private static func describe(_ unit: TraceTrack.Unit, in body: inout ProtoBytes) {
    typealias Counter = PerfettoFields.Counter
    switch unit {
    case .workers:
      body.field(Counter.unitName, text: "workers")
      // Demand and parallelism are compared, so they have one scale.
      body.field(Counter.sharedAxis, text: "workers")
    case .bytes: body.field(Counter.unit, Counter.bytes)
    case .nanoseconds: body.field(Counter.unit, Counter.nanoseconds)
    case .times: body.field(Counter.unit, Counter.count)
    }
  }

  mutating func add(_ slice: TraceSlice) {
    let isMark = slice.toNS <= slice.fromNS
    event(isMark ? Event.instant : Event.begin, slice.track, atNS: slice.fromNS, name: slice.name) {
      for detail in slice.details {
        $0.message(Event.annotations) {
          $0.field(PerfettoFields.Annotation.name, text: detail.name)
          $0.field(PerfettoFields.Annotation.text, text: detail.text)
        }
      }
    }
    if !isMark { event(Event.end, slice.track, atNS: slice.toNS) { _ in } }
  }

  mutating func add(_ value: Double, to track: TraceTrack.ID, atNS timeNS: UInt64) {
    event(Event.counter, track, atNS: timeNS) { $0.field(Event.value, double: value) }
  }

  mutating func add(_ run: CPURun) {
    var columns = cpus[run.cpu] ?? SwitchColumns(cpu: run.cpu, toBootNS: toBootNS)
    // Only one owner, so that nothing is copied.
    cpus[run.cpu] = nil
    columns.add(run)
    if columns.isFull { packet { columns.write(to: &$0) } }
    cpus[run.cpu] = columns
  }

  mutating func end() {
    for cpu in cpus.keys.sorted() {
      guard var columns = cpus[cpu], !columns.isEmpty else { continue }
      packet { columns.write(to: &$0) }
      cpus[cpu] = columns
    }
  }

  // MARK: Packets

  private mutating func packet(_ body: (inout ProtoBytes) -> Void) {
    out.message(PerfettoFields.Trace.packet) { packet in
      packet.field(Packet.sequence, Self.sequence)
      body(&packet)
    }
  }

  private mutating func event(
    _ type: Int, _ track: TraceTrack.ID, atNS timeNS: UInt64, name: String? = nil,
    _ more: (inout ProtoBytes) -> Void
  ) {
    let (id, isNew) = name.map { self.id(of: $0) } ?? (nil, false)
    packet { packet in
      packet.field(Packet.timestamp, timeNS)
      packet.field(Packet.sequenceFlags, Packet.needsState)
      if isNew, let id, let name { Self.give(name, id, in: &packet) }
      packet.message(Packet.trackEvent) { event in
        event.field(Event.type, type)
        event.field(Event.track, track)
        if let id {
          event.field(Event.nameID, id)
        } else if let name {
          event.field(Event.name, text: name)
        }
        more(&event)
      }
    }
  }

  /// The number of a name, and whether it is new; no number when there are too many.
  private mutating func id(of name: String) -> (id: UInt64?, isNew: Bool) {
    if let id = names[name] { return (id, false) }
    guard names.count < Self.mostNames else { return (nil, false) }
    let id = UInt64(names.count + 1)
    names[name] = id
    return (id, true)
  }

  private static func give(_ name: String, _ id: UInt64, in packet: inout ProtoBytes) {
    typealias Interned = PerfettoFields.Interned
    packet.message(Packet.internedData) { data in
      data.message(Interned.eventNames) {
        $0.field(Interned.id, id)
        $0.field(Interned.name, text: name)
      }
    }
  }
}
