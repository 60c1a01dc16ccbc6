import TandemModel
import TandemText

/// How long the threads of each process waited for its interpreter's lock, and where that can't be known
/// because they waited too briefly each time.
struct GILWaits {
  /// The locks, with the time that their threads waited where it is known.
  let entries: [ObservedGIL]
  /// Seconds that the threads of each process waited for its lock, as far as was seen.
  private(set) var seconds: [Int32: Double] = [:]
  /// Processes whose waits for the lock were too short to look into.
  private(set) var tooShort: Set<Int32> = []

  /// With fewer hand-overs, waits for the lock don't matter.
  private static let leastHandovers = 10.0
  /// What was seen of the waits is next to nothing where the unknown ones are this many times as long.
  private static let leastRatio = 10.0

  /// Adds up the waits of each process.
  ///
  /// - Parameters:
  ///   - tables: the workers, with their nanoseconds in each state.
  ///   - gils: the samples of the locks.
  init(_ tables: [(track: WorkerTrack, table: StateTable)], _ gils: GILSampler) {
    var unknown: [Int32: Double] = [:]
    for (track, table) in tables {
      seconds[track.pid, default: 0] += table[.gil] / 1e9
      unknown[track.pid, default: 0] += table[.tooShort] / 1e9
    }
    var entries = gils.entries(waitSeconds: seconds)
    for index in entries.indices where entries[index].state == .on {
      let entry = entries[index]
      let (seen, open) = (seconds[entry.pid] ?? 0, unknown[entry.pid] ?? 0)
      guard let handovers = entry.handovers, handovers >= Self.leastHandovers,
        open > Self.leastRatio * seen
      else { continue }
      tooShort.insert(entry.pid)
      entries[index].waitSeconds = nil
      entries[index].reason = """
        next to no wait for it was long enough to look into; such waits are among the \
        \(FigureText.duration(open)) in waits too short to look into
        """
    }
    self.entries = entries
  }

  /// Whether the waits of a process for its lock are unknown because they were too short.
  func areTooShort(in pid: Int32) -> Bool { tooShort.contains(pid) }

  /// A worker's states, without the little that was seen of a lock whose waits were too short to look into.
  func cleared(_ table: StateTable, of pid: Int32) -> StateTable {
    guard areTooShort(in: pid) else { return table }
    var result = table
    result[.tooShort] += table[.gil]
    result[.gil] = 0
    return result
  }
}
