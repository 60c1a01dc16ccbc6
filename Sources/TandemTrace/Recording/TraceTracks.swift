import TandemReport

/// The rows of a trace: which process, thread and lock has which.
///
/// Only what lives takes memory: a thread's row is forgotten at its end.
struct TraceTracks {
  private(set) var processes: [Int32: TraceTrack] = [:]
  private(set) var threads: [Int32: TraceTrack] = [:]
  private var others: [Other: TraceTrack] = [:]
  /// Rows that are new or have another name, in order, until somebody empties this.
  var fresh: [TraceTrack] = []
  private var nextID: TraceTrack.ID = 1
  /// Processes whose first threads have ended, in order.
  private var ended: [Int32] = []
  private static let mostEnded = 256

  /// What has a row besides threads and processes.
  enum Other: Hashable {
    case parallelism, demand, report
    case lost(cpu: UInt32)
    case memory(pid: Int32)
    case ready(tid: Int32)
    case holder(lock: UInt64, pid: Int32)
    case handovers(lock: UInt64, pid: Int32)
  }

  /// The row of a process.
  mutating func process(_ pid: Int32) -> TraceTrack {
    if let track = processes[pid] { return track }
    let track = make(.process(pid: pid), parent: nil, "")
    fresh.append(track)
    processes[pid] = track
    return track
  }

  /// The row of a thread.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - name: the name that it has now; nil where that isn't known.
  /// - Returns: the row.
  mutating func thread(
    _ tid: Int32, of pid: Int32, name: String? = nil
  ) -> TraceTrack {
    let before = threads[tid]
    if name == nil, let before { return before }
    let process = process(pid)
    let name = name.map { TraceText.safe($0) }
    if let before, before.name == name { return before }
    var track = before ?? make(.thread(tid: tid, pid: pid), parent: process.id, name ?? "")
    if let name { track.name = name }
    threads[tid] = track
    fresh.append(track)
    // A process is called like its first thread.
    if tid == pid, let name, var process = processes[pid], process.name != name {
      process.name = name
      processes[pid] = process
      fresh.append(process)
    }
    return track
  }

  /// The row of something else.
  ///
  /// - Parameters:
  ///   - other: what.
  ///   - parent: the row that it belongs to.
  ///   - kind: what it has.
  ///   - name: its name.
  /// - Returns: the row's number.
  mutating func other(
    _ other: Other, under parent: TraceTrack.ID? = nil, _ kind: TraceTrack.Kind, _ name: String
  ) -> TraceTrack.ID {
    if let track = others[other] { return track.id }
    let track = make(kind, parent: parent, name)
    fresh.append(track)
    others[other] = track
    return track.id
  }

  /// Forgets a thread that has ended, and some time later its process if it was the first one: what was seen of that
  /// may still be on its way.
  mutating func end(_ tid: Int32) {
    guard let track = threads.removeValue(forKey: tid) else { return }
    others[.ready(tid: tid)] = nil
    guard case .thread(_, let pid) = track.kind, pid == tid else { return }
    ended.append(pid)
    guard ended.count > Self.mostEnded else { return }
    for pid in ended.prefix(Self.mostEnded / 2) { forget(process: pid) }
    ended.removeFirst(Self.mostEnded / 2)
  }

  /// Forgets who had a number before, because a new thread has it.
  mutating func forget(_ tid: Int32, of pid: Int32) {
    threads[tid] = nil
    others[.ready(tid: tid)] = nil
    guard tid == pid else { return }
    ended.removeAll { $0 == pid }
    forget(process: pid)
  }

  private mutating func forget(process pid: Int32) {
    guard processes.removeValue(forKey: pid) != nil else { return }
    others = others.filter { other, _ in
      switch other {
      case .memory(pid), .holder(_, pid), .handovers(_, pid): false
      default: true
      }
    }
  }

  private mutating func make(
    _ kind: TraceTrack.Kind, parent: TraceTrack.ID?, _ name: String
  ) -> TraceTrack {
    defer { nextID += 1 }
    return TraceTrack(id: nextID, parent: parent, kind: kind, name: name)
  }
}

/// Text that somebody else wrote, as a trace has it.
enum TraceText {
  /// The most columns of a name; a viewer cuts what is longer anyhow.
  private static let most = 200

  /// A name without what would act instead of being shown: control characters, and those that turn the text's direction.
  static func safe(_ text: String) -> String {
    // Nearly every name is short ASCII.
    if text.utf8.count <= most, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    return TextWidth.truncated(TextWidth.sanitized(text), to: most)
  }
}
