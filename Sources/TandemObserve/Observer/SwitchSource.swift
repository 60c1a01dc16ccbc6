import TandemModel
import TandemSystem

/// A way to follow the workers of a program.
protocol SwitchSource: ~Copyable {
  /// What is kept of the workers.
  var tally: ProgramTally { get }

  /// How it is known when workers ran.
  var switches: ObservationSources.Switches { get }

  /// Up to where it is known, in nanoseconds of `CLOCK_MONOTONIC`.
  var knownNS: UInt64 { get }

  /// Whether the program's first process goes on, but nothing of it can be seen any more.
  var isMainUntraced: Bool { get }

  /// The program can use another number of CPUs, from now on or from the beginning.
  mutating func use(cpus: Double, always: Bool)

  /// Reads what has come, and looks at what sleeps.
  ///
  /// - Parameters:
  ///   - context: what is looked at besides switches.
  ///   - isLast: whether there is no later round.
  mutating func round(_ context: inout ObservationContext, isLast: Bool)

  /// How long to pause before the next round, in milliseconds.
  mutating func pauseMilliseconds() -> Int32

  /// Reads what can still be read of a program whose first process has ended and wasn't waited for.
  mutating func readLastCounts(of pid: Int32)

  /// Counts everything up to the end of the wall time.
  mutating func finish(atNS timeNS: UInt64)

  /// What was seen.
  func observation(_ context: ObservationContext, beganNS: UInt64, endedNS: UInt64) -> Observation
}
