import TandemModel

/// How much of a program is known: rules ask before they say that something wasn't there.
extension ExplainReport {
  /// Seconds of all workers of which it isn't known what they waited for: the waits were too short to look
  /// into, or weren't seen.
  var unknownWaitSeconds: Double { totals[.tooShort] + totals[.other] }

  /// The share of such waits in the time of workers that weren't known to have nothing to do.
  ///
  /// A state that a rule found little of may have had that much more, of any kind. Zero where everything
  /// is known.
  var unknownShare: Double {
    let known = WorkerState.observed.reduce(0) { $1.takesWallTime ? $0 + totals[$1] : $0 }
    let all = known + unknownWaitSeconds
    return all > 0 ? unknownWaitSeconds / all : 0
  }

  /// The share of the wall time in which records of switches were lost.
  ///
  /// There, CPU time is the kernel's account; what workers waited for, and how long they were ready for a
  /// CPU, isn't known.
  var lostShare: Double { wallSeconds > 0 ? min(1, sources.lostSeconds / wallSeconds) : 0 }

  /// Lost records in more of the wall time than this leave nothing to be said about who was ready when.
  private static let mostLost = 0.05

  /// Whether it was recorded when workers were ready for a CPU: every switch, or nearly.
  var readyTimeIsRecorded: Bool { sources.switches == .exact && lostShare <= Self.mostLost }
}
