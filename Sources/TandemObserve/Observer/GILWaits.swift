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

  /// With fewer hand-overs, waits for the lock hardly matter.
  private static let leastHandovers = 10.0
  /// So many hand-overs without any wait that was seen or could have been are no figure.
  private static let manyHandovers = 1_000.0
  /// What was seen of the waits is next to nothing where the unknown ones are this many times as long.
  private static let leastRatio = 10.0
  /// Unknown waits in less of the workers' time than this bound those for the lock well enough.
  private static let leastShare = 0.01
  /// In more of it than this they may be for the lock, however rarely that changes hands.
  private static let largeShare = 0.05

  /// Adds up the waits of each process.
  ///
  /// - Parameters:
  ///   - tables: the workers, with their nanoseconds in each state.
  ///   - gils: the samples of the locks.
  ///   - threaded: the processes that had more than one thread.
  ///   - isExact: whether waits were recorded. A single long one that is unknown isn't for a GIL then, which a
  ///     thread asks for again after each interval, unless records of it were lost.
  ///   - endedNS: the end of the observation.
  init(
    _ tables: [(track: WorkerTrack, table: StateTable)], _ gils: GILSampler, threaded: Set<Int32>,
    isExact: Bool, endedNS: UInt64
  ) {
    // A thread asks for the lock again after each interval, so that a wait for it is about as long.
    let asksRarely = Set(
      gils.entries().filter { WaitLength(UInt64(($0.intervalSeconds ?? 0) * 1e9)) == .long }
        .map(\.pid))
    var unknown: [Int32: Double] = [:]
    var all: [Int32: Double] = [:]
    var uses: [Int32: GILUse] = [:]
    for (track, table) in tables {
      uses[track.pid, default: GILUse()].add(track, table, endedNS: endedNS)
      seconds[track.pid, default: 0] += table[.gil] / 1e9
      let isTooLong = isExact && !asksRarely.contains(track.pid)
      let other =
        isTooLong ? min(track.unknownInLostNS, table[.other]) : table[.other]
      unknown[track.pid, default: 0] += (table[.tooShort] + other) / 1e9
      all[track.pid, default: 0] += table.sum / 1e9
    }
    var entries = gils.entries(uses: uses)
    for index in entries.indices where entries[index].state == .on {
      let pid = entries[index].pid
      guard threaded.contains(pid),
        let gap = Self.gap(
          seen: seconds[pid] ?? 0, unknown: unknown[pid] ?? 0, all: all[pid] ?? 0,
          handovers: entries[index].handovers ?? 0)
      else { continue }
      tooShort.insert(pid)
      entries[index].waitSeconds = nil
      entries[index].waitAtMostSeconds = isExact ? gap.mostSeconds : nil
      entries[index].reason = gap.reason
    }
    self.entries = entries
  }

  /// What isn't known of the waits of a process's threads for its lock.
  struct Gap: Equatable {
    /// The most seconds that they can have waited; nil where nothing bounds that.
    var mostSeconds: Double?
    /// Why it isn't known how long they waited, a sentence without its end.
    var reason: String
  }

  /// What isn't known of the waits of a process's threads for its lock; nil where they are known.
  ///
  /// - Parameters:
  ///   - seen: seconds of such waits that were seen.
  ///   - unknown: seconds of waits of which it isn't known what they were for.
  ///   - all: seconds of all its threads.
  ///   - handovers: how often the lock changed hands.
  /// - Returns: what isn't known.
  static func gap(
    seen: Double, unknown: Double, all: Double, handovers: Double
  ) -> Gap? {
    let isMuch = unknown > leastRatio * seen && unknown > 0
    let share = handovers >= leastHandovers ? leastShare : largeShare
    if isMuch, unknown >= share * all {
      return Gap(
        mostSeconds: seen + unknown,
        reason: """
          next to no wait for it was seen; such waits are among the \(FigureText.duration(unknown)) of \
          which it isn't known what they were for
          """)
    }
    if seen == 0, handovers >= manyHandovers {
      return Gap(
        reason: """
          no wait for it was seen, although it changed hands \(FigureText.count(Int(handovers), "time"))
          """)
    }
    return nil
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
