import TandemModel

/// A standstill while it is watched: who took part, since when, and what they waited for.
struct Standstill {
  /// The workers that take part, and since when each has been off the CPU.
  var members: [Int32: UInt64]
  /// Other workers, whose running is no progress: a runtime's own, and those that wait for the GIL.
  var bystanders: Set<Int32> = []
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  var beganNS: UInt64
  /// Up to when it is known to last.
  var untilNS: UInt64
  /// Whether a worker has gone on since.
  var isOver = false
  /// Whether the whole program stood still.
  var isWholeProgram: Bool
  /// Why it can't end by itself; nil when it may.
  var reason: ObservedStandstill.Reason?
  /// What the members waited for.
  var waits: [StandstillWait]
  /// Threads that wait for each other.
  var ring: [Int32]
  /// Where workers wait with a time limit for nobody in particular.
  var pauses: Set<PauseSite> = []

  /// A place at which a worker waits with a time limit.
  struct PauseSite: Hashable {
    var tid: Int32
    var site: StillWait.Site
  }

  /// The most waits that are reported one by one.
  static let mostWaits = 64

  /// How long it lasted.
  var lengthNS: UInt64 { untilNS &- min(untilNS, beganNS) }

  /// Makes the report's entry.
  ///
  /// - Parameters:
  ///   - beganNS: the beginning of the wall time.
  ///   - endedObservation: whether the observation ended because of it.
  /// - Returns: the entry.
  func report(sinceNS beganNS: UInt64, endedObservation: Bool) -> ObservedStandstill {
    ObservedStandstill(
      startedSeconds: Double(self.beganNS &- min(self.beganNS, beganNS)) / 1e9,
      seconds: Double(lengthNS) / 1e9, isOver: isOver, isWholeProgram: isWholeProgram,
      neverEnds: reason != nil, reason: reason,
      endedObservation: endedObservation && !isOver && isWholeProgram,
      waits: Array(waits.prefix(Self.mostWaits)), moreWaits: max(0, waits.count - Self.mostWaits),
      ring: ring)
  }
}
