import TandemModel

extension Launcher {
  /// Adds up what a launcher did.
  ///
  /// - Parameters:
  ///   - tally: the record of it and of what it started.
  ///   - timeNS: when it executed another program, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - earlier: the launcher that executed this one; nil for the first.
  init(ending tally: ProgramTally, atNS timeNS: UInt64, after earlier: Launcher?) {
    self.init(
      wallSeconds: (earlier?.wallSeconds ?? 0) + Double(timeNS - min(timeNS, tally.beganNS)) / 1e9,
      cpuSeconds: (earlier?.cpuSeconds ?? 0) + tally.cpuNS / 1e9,
      processes: (earlier?.processes ?? 0) + tally.startedProcesses)
  }
}
