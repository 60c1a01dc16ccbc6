/// A time in which nobody in a program went on, or in which some of its workers stopped for good.
///
/// A program stands still when, for a second or more, none of its workers is on a CPU or ready for one,
/// and none waits for anything outside of the program or for a time of its own.
public struct ObservedStandstill: Codable, Sendable, Equatable {
  /// Why it is certain that the workers can't go on by themselves.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// A worker waits for another thread of its process, which has none.
    case oneThread = "one_thread"
    /// The same, in a process that was forked from one with several threads.
    case forkedFromThreads = "forked_from_threads"
    /// The same, in OpenMP's library (libgomp): its threads weren't copied by the fork.
    case openMPAfterFork = "openmp_after_fork"
    /// The thread that took a lock isn't in the process.
    case holderGone = "holder_gone"
    /// A worker waits for something in memory that no process but its own has, and no thread is left there.
    case noOtherProcess = "no_other_process"
    /// The end of a pipe that a worker waits for is open in its own process only.
    case ownPipe = "own_pipe"
    /// The workers wait for each other in a ring.
    case ring
    /// The workers wait for each other, and none is left who could act.
    case eachOther = "each_other"
  }

  /// Seconds after the beginning of the wall time at which it began, or was first seen.
  public var startedSeconds: Double
  /// How long it lasted, up to the end of the observation.
  public var seconds: Double
  /// Whether a worker has gone on since.
  public var isOver: Bool
  /// Whether the whole program stood still, rather than the workers in `waits` only.
  public var isWholeProgram: Bool
  /// Whether it is certain that the workers in `waits` can't go on by themselves.
  public var neverEnds: Bool
  /// Why that is certain; null when it isn't.
  @ExplicitNull public var reason: Reason?
  /// Whether the observation ended because of it.
  public var endedObservation: Bool
  /// What each worker waited for; the first ones when there are very many.
  public var waits: [StandstillWait]
  /// How many more workers waited.
  public var moreWaits: Int
  /// The threads that wait for each other, each for the next and the last for the first; empty when no ring was seen.
  public var ring: [Int32]

  /// Makes a standstill.
  public init(
    startedSeconds: Double, seconds: Double, isOver: Bool, isWholeProgram: Bool,
    neverEnds: Bool = false, reason: Reason? = nil, endedObservation: Bool = false,
    waits: [StandstillWait], moreWaits: Int = 0, ring: [Int32] = []
  ) {
    self.startedSeconds = startedSeconds
    self.seconds = seconds
    self.isOver = isOver
    self.isWholeProgram = isWholeProgram
    self.neverEnds = neverEnds
    self.reason = reason
    self.endedObservation = endedObservation
    self.waits = waits
    self.moreWaits = moreWaits
    self.ring = ring
  }

  enum CodingKeys: String, CodingKey {
    case startedSeconds = "started_s"
    case seconds
    case isOver = "is_over"
    case isWholeProgram = "is_whole_program"
    case neverEnds = "never_ends"
    case reason
    case endedObservation = "ended_observation"
    case waits
    case moreWaits = "more_waits"
    case ring
  }
}
