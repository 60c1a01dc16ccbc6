import TandemModel
import TandemSystem

/// A source of when the workers of a program ran: the kernel's records, or samples of `/proc`.
protocol SwitchSource: ~Copyable {
  /// What is recorded about the workers.
  var tally: ProgramTally { get }

  /// How it is known when workers ran.
  var switches: ObservationSources.Switches { get }

  /// The time up to which everything is known, in nanoseconds of `CLOCK_MONOTONIC`.
  var knownNS: UInt64 { get }

  /// Every worker, and since when it has been off the CPU.
  var stillWorkers: [StillWorker] { get }

  /// Whether the program's first process still runs but the kernel no longer records it.
  var isMainUntraced: Bool { get }

  /// Sets the number of CPUs that the program can use, from now on or from the beginning.
  mutating func use(cpus: Double, always: Bool)

  /// Reads what is new and samples the waits of workers that sleep.
  ///
  /// - Parameters:
  ///   - context: what is observed besides switches.
  ///   - isLast: whether this is the last round.
  mutating func round(_ context: inout ObservationContext, isLast: Bool)

  /// The pause before the next round, in milliseconds.
  mutating func pauseMilliseconds() -> Int32

  /// Reads the last counts of a first process that has ended and isn't reaped yet.
  mutating func readLastCounts(of pid: Int32)

  /// Accounts for all time up to the end of the wall time.
  mutating func finish(atNS timeNS: UInt64)

  /// Makes the observation.
  func observation(_ context: ObservationContext, beganNS: UInt64, endedNS: UInt64) -> Observation
}
