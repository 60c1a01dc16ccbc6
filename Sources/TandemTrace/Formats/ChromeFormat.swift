/// Writes a trace as JSON trace events, for `chrome://tracing` and what else reads
/// [the Trace Event Format](https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU).
///
/// It is an array of events, one a line, whose closing bracket may be missing, so that a file that ends early is one too.
/// The format has no rows of CPUs: they are threads of a process of that name. Its times are microseconds, with three
/// decimals.
struct ChromeFormat: TraceFormat {
  private var json = JSONBytes()
  private var startNS: UInt64 = 0
  private var rows: [TraceTrack.ID: Row] = [:]
  private var cpus: Set<UInt32> = []
  private var isFirst = true

  /// Numbers of processes and threads are at most this on Linux (proc_sys_kernel(5), `pid_max`); those above stand for
  /// other rows.
  private static let mostPID: UInt64 = 1 << 22
  private static let cpusPID = mostPID + 1
  private static let programPID = mostPID + 2

  /// Where a row's events go.
  private struct Row {
    var pid: UInt64
    var tid: UInt64
    var name: String
  }

  var byteCount: Int { json.bytes.count }

  mutating func take() -> [UInt8] { json.take() }

  mutating func begin(_ start: TraceStart) {
    startNS = start.monotonicNS
    put("[\n")
    name("process_name", Row(pid: Self.cpusPID, tid: 0, name: "CPUs"))
    name("process_name", Row(pid: Self.programPID, tid: 0, name: "the whole program"))
  }

  mutating func declare(_ track: TraceTrack) {
    let parent = track.parent.flatMap { rows[$0] }
    var row = Row(pid: parent?.pid ?? Self.programPID, tid: parent?.tid ?? 0, name: track.name)
    switch track.kind {
    case .process(let pid): row.pid = UInt64(pid)
    case .thread(let tid, let pid): (row.pid, row.tid) = (UInt64(pid), UInt64(tid))
    case .slices: row.tid = Self.mostPID + track.id
    case .numbers: break
    }
    rows[track.id] = row
    guard !track.name.isEmpty else { return }
    switch track.kind {
    case .process: name("process_name", row)
    case .thread, .slices: name("thread_name", row)
    case .numbers: break
    }
  }

  mutating func add(_ slice: TraceSlice) {
    guard let row = rows[slice.track] else { return }
    let isMark = slice.toNS <= slice.fromNS
    begin(isMark ? "i" : "X", row, slice.name, atNS: slice.fromNS)
    put(isMark ? ",\"s\":\"t\"" : ",\"dur\":" + Self.microseconds(slice.toNS - slice.fromNS))
    put(",\"args\":")
    json.object(slice.details.map { ($0.name, $0.text) })
    put("}")
  }

  mutating func add(_ value: Double, to track: TraceTrack.ID, atNS timeNS: UInt64) {
    guard let row = rows[track] else { return }
    begin("C", row, row.name, atNS: timeNS)
    // Counters belong to processes; those of several threads are told apart.
    if row.tid != 0 { put(",\"id\":\"\(row.tid)\"") }
    put(",\"args\":{\"value\":\(value)}}")
  }

  mutating func add(_ run: CPURun) {
    if cpus.insert(run.cpu).inserted {
      name("thread_name", Row(pid: Self.cpusPID, tid: UInt64(run.cpu), name: "CPU \(run.cpu)"))
    }
    guard run.toNS > run.fromNS else { return }
    let cpu = Row(pid: Self.cpusPID, tid: UInt64(run.cpu), name: "")
    let thread = Row(pid: UInt64(run.pid), tid: UInt64(run.tid), name: "")
    let ending =
      switch run.ending {
      case .preempted: "preempted"
      case .waits: "waits"
      case .exited: "exited"
      case .unknown: "not known"
      }
    for (row, name, key, number) in [
      (cpu, run.name, "tid", UInt64(run.tid)), (thread, "on a CPU", "cpu", UInt64(run.cpu)),
    ] {
      begin("X", row, name, atNS: run.fromNS)
      put(",\"dur\":" + Self.microseconds(run.toNS - run.fromNS))
      put(",\"args\":{\"\(key)\":\(number),\"then\":\"\(ending)\"}}")
    }
  }

  mutating func end() { put("\n]\n") }

  // MARK: Events

  private mutating func name(_ what: String, _ row: Row) {
    begin("M", row, what, atNS: startNS)
    put(",\"args\":{\"name\":")
    put(text: row.name)
    put("}}")
  }

  /// Begins an event, which the caller ends.
  private mutating func begin(
    _ phase: String, _ row: Row, _ name: String, atNS timeNS: UInt64
  ) {
    put(isFirst ? "{\"ph\":\"" : ",\n{\"ph\":\"")
    isFirst = false
    put("\(phase)\",\"pid\":\(row.pid),\"tid\":\(row.tid),\"ts\":")
    put(Self.microseconds(timeNS))
    put(",\"name\":")
    put(text: name)
  }

  private static func microseconds(_ nanoseconds: UInt64) -> String {
    JSONBytes.decimal(nanoseconds, digits: 3)
  }

  private mutating func put(_ json: String) { self.json.put(json) }

  private mutating func put(text: String) { json.put(text: text) }
}
