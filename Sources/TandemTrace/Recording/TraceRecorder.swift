import TandemModel
import TandemObserve
import TandemReport
import TandemSystem

/// Makes the parts of a trace of what is observed.
///
/// Nothing is there that wasn't recorded: no wake-ups, which the kernel doesn't record for ordinary users, and nothing about
/// the time in which records were lost.
struct TraceRecorder {
  private(set) var format: any TraceFormat
  private var tracks = TraceTracks()
  private var cpus = CPURows()
  private var means = LevelMeans()
  private var lost = LostSpans()

  /// Makes a recorder.
  ///
  /// - Parameter format: writes the parts.
  init(_ format: any TraceFormat) { self.format = format }

  /// Takes the bytes that were made.
  mutating func take() -> [UInt8] { format.take() }

  // MARK: Rows

  private mutating func process(_ pid: Int32) -> TraceTrack {
    defer { declare() }
    return tracks.process(pid)
  }

  private mutating func thread(_ tid: Int32, of pid: Int32, name: String? = nil) -> TraceTrack {
    defer { declare() }
    return tracks.thread(tid, of: pid, name: name)
  }

  private mutating func row(
    _ other: TraceTracks.Other, under parent: TraceTrack.ID? = nil, _ kind: TraceTrack.Kind,
    _ name: String
  ) -> TraceTrack.ID {
    defer { declare() }
    return tracks.other(other, under: parent, kind, name)
  }

  private mutating func declare() {
    guard !tracks.fresh.isEmpty else { return }
    for track in tracks.fresh { format.declare(track) }
    tracks.fresh = []
  }

  // MARK: What is observed

  /// Begins the trace.
  mutating func begin(_ start: TraceStart) { format.begin(start) }

  /// Takes a record.
  mutating func record(_ record: PerfRecord) {
    var name: String?
    switch record.kind {
    case .named(let given, _): name = given
    case .forked(let child, let childPID, _, _):
      // Until it gets another one, it has its parent's name.
      tracks.forget(child, of: childPID)
      _ = thread(child, of: childPID, name: tracks.threads[record.tid]?.name)
      return
    case .lost: return
    case .switchedIn, .switchedOut, .exited: break
    }
    let track = thread(record.tid, of: record.pid, name: name)
    for run in cpus.take(record, name: track.name) { format.add(run) }
    if case .exited = record.kind { tracks.end(record.tid) }
  }

  /// Notes that records of a CPU are missing.
  mutating func lost(_ count: UInt64, onCPU cpu: UInt32, fromNS: UInt64, toNS: UInt64) {
    if let run = cpus.lost(onCPU: cpu, atNS: fromNS) { format.add(run) }
    lost.add(fromNS: fromNS, toNS: toNS)
    let track = row(
      .lost(cpu: cpu), .slices, "records lost on CPU \(cpu)")
    format.add(
      TraceSlice(track: track, name: "\(count) records lost", fromNS: fromNS, toNS: toNS))
  }

  /// Adds what a worker did.
  mutating func spent(
    _ state: WorkerState?, _ sample: WaitSample?, by worker: WorkerTrack, fromNS: UInt64,
    toNS: UInt64
  ) {
    guard toNS > fromNS else { return }
    let isLost = lost.overlap(fromNS: fromNS, toNS: toNS) > 0
    // The CPUs' rows show that.
    guard state != .onCPU || isLost else { return }
    let state = state ?? WaitLength(toNS - fromNS).unknownState
    let track = thread(
      worker.tid, of: worker.pid, name: worker.name.isEmpty ? nil : worker.name)
    var slice = TraceSlice(track: track.id, name: state.label, fromNS: fromNS, toNS: toNS)
    if let sample { slice.details = Self.details(of: sample) }
    guard isLost else { return format.add(slice) }
    addAround(slice, isShown: state != .onCPU)
  }

  /// Adds what is known of a slice, and where records were lost a slice that says so.
  private mutating func addAround(_ slice: TraceSlice, isShown: Bool) {
    var from = slice.fromNS
    func add(_ name: String?, to end: UInt64) {
      guard end > from else { return }
      var part = slice
      (part.fromNS, part.toNS) = (from, end)
      if let name {
        part.name = name
        part.details = []
      }
      if isShown || name != nil { format.add(part) }
      from = end
    }
    for span in lost.spans where span.toNS > slice.fromNS && span.fromNS < slice.toNS {
      add(nil, to: max(span.fromNS, from))
      add("not known: records were lost", to: min(span.toNS, slice.toNS))
    }
    add(nil, to: slice.toNS)
  }

  private static func details(of sample: WaitSample) -> [TraceSlice.Detail] {
    var details: [TraceSlice.Detail] = []
    if let place = sample.place { details.append(Self.place(ObservedFunction(place))) }
    if let outside = sample.outside {
      details.append(TraceSlice.Detail(name: "for", text: TraceText.safe(outside)))
    }
    if let lock = sample.lock {
      let address = lock.address.map { " at 0x" + String($0, radix: 16) } ?? ""
      details.append(TraceSlice.Detail(name: "lock", text: lock.kind.rawValue + address))
    }
    if sample.waiters > 1 {
      details.append(TraceSlice.Detail(name: "waiters", text: "\(sample.waiters)"))
    }
    return details
  }

  private static func place(_ function: ObservedFunction) -> TraceSlice.Detail {
    let line = function.line.map { ":\($0)" } ?? ""
    return TraceSlice.Detail(
      name: "in", text: TraceText.safe("\(function.name) (\(function.file)\(line))"))
  }

  /// Adds how many workers were in each state.
  mutating func level(_ workers: StateTable, fromNS: UInt64, toNS: UInt64) {
    let levels = LevelMeans.Levels(
      parallelism: workers[.onCPU],
      demand: workers[.onCPU] + workers[.runnable] + workers[.gil])
    let parallelism = row(
      .parallelism, .numbers(.workers), "parallelism: workers on a CPU")
    let demand = row(
      .demand, .numbers(.workers), "demand: workers that want a CPU, at least")
    for (timeNS, levels) in means.add(levels, fromNS: fromNS, toNS: toNS) {
      format.add(levels.parallelism, to: parallelism, atNS: timeNS)
      format.add(levels.demand, to: demand, atNS: timeNS)
    }
  }

  /// Adds the ready time that the kernel counted of a worker since the observation began.
  mutating func counted(_ counts: WorkerTrack.KernelCounts, of worker: WorkerTrack) {
    let thread = thread(worker.tid, of: worker.pid)
    let track = row(
      .ready(tid: worker.tid), under: thread.id, .numbers(.nanoseconds),
      "ready for a CPU: the kernel's count")
    let before = worker.countsBefore?.waitNS ?? 0
    format.add(Double(counts.waitNS - min(counts.waitNS, before)), to: track, atNS: counts.atNS)
  }

  /// Adds the memory of a process.
  mutating func memory(_ memory: WorkerMemory, of pid: Int32, atNS timeNS: UInt64) {
    guard let kib = memory.pssKiB ?? memory.rssKiB else { return }
    let process = process(pid)
    let track = row(
      .memory(pid: pid), under: process.id, .numbers(.bytes),
      memory.pssKiB == nil ? "memory: RSS" : "memory: PSS")
    format.add(Double(kib) * 1024, to: track, atNS: timeNS)
  }

  /// Adds a time in which one thread was seen holding a lock.
  mutating func held(
    _ lock: UInt64, of pid: Int32, by tid: Int32?, at place: ObservedFunction?, fromNS: UInt64,
    toNS: UInt64
  ) {
    let process = process(pid)
    let track = row(
      .holder(lock: lock, pid: pid), under: process.id, .slices, "seen holding the GIL")
    let name = tid.map { tid in
      let name = tracks.threads[tid]?.name ?? ""
      return name.isEmpty ? "thread \(tid)" : "\(name) \(tid)"
    }
    format.add(
      TraceSlice(
        track: track, name: name ?? "a thread whose number isn't known",
        details: place.map { [Self.place($0)] } ?? [], fromNS: fromNS, toNS: toNS))
  }

  /// Adds how often a lock has gone to another thread.
  mutating func handedOver(_ count: UInt64, _ lock: UInt64, of pid: Int32, atNS timeNS: UInt64) {
    let process = process(pid)
    let track = row(
      .handovers(lock: lock, pid: pid), under: process.id, .numbers(.times),
      "hand-overs of the GIL")
    format.add(Double(count), to: track, atNS: timeNS)
  }

  /// Marks where the report begins.
  mutating func reportBegan(atNS timeNS: UInt64) {
    let track = row(.report, .slices, "report")
    format.add(
      TraceSlice(
        track: track, name: "the report begins: before, a launcher ran", fromNS: timeNS,
        toNS: timeNS))
  }

  /// Ends the trace.
  mutating func end(atNS timeNS: UInt64) {
    for run in cpus.finish(atNS: timeNS) { format.add(run) }
    format.end()
  }
}
