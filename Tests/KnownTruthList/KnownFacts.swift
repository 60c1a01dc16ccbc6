import TandemModel

/// The figures that are compared, each with the tolerance that its way of being seen allows.
///
/// None depends on how long the program took: another program may have had the CPUs. What does depend
/// on it is compared as a share: of workers' lives, of the time for which they wanted something.
extension KnownFact {
  // MARK: Counts

  /// How many threads were started.
  ///
  /// Sampling sees those that are there when it looks.
  static func threads(_ count: Int, sampled: Bool = true) -> KnownFact {
    KnownFact("threads started", exact: one(count), sampled: sampled ? one(count) : nil) {
      Double($0.starts.threads)
    }
  }

  /// How many processes were started.
  static func processes(_ count: Int, sampled: Bool = true) -> KnownFact {
    KnownFact("processes started", exact: one(count), sampled: sampled ? one(count) : nil) {
      Double($0.starts.processes)
    }
  }

  /// The most workers at work at once.
  static func atOnce(_ range: ClosedRange<Int>, sampled: ClosedRange<Int>? = nil) -> KnownFact {
    func real(_ range: ClosedRange<Int>) -> ClosedRange<Double> {
      Double(range.lowerBound)...Double(range.upperBound)
    }
    return KnownFact("at work at once", exact: real(range), sampled: sampled.map(real)) {
      Double($0.maxAtOnce)
    }
  }

  // MARK: Seconds

  /// CPU seconds: exact to a twentieth and what starting takes; sampled to a quarter, since the moments
  /// before a worker's end aren't seen.
  static func cpu(_ seconds: Double, startUp: Double = 0.03) -> KnownFact {
    KnownFact(
      "on a CPU, s", exact: (0.97 * seconds)...(1.05 * seconds + startUp),
      sampled: (0.5 * seconds)...(1.15 * seconds + startUp + 0.05)
    ) { report in
      // What the host stole looks like time on a CPU in the records, as far as there is too much of that.
      let stolen = report.sources.switches == .exact ? report.sources.stolenSeconds ?? 0 : 0
      return max(min(report.totals[.onCPU], seconds), report.totals[.onCPU] - stolen)
    }
  }

  /// CPU seconds of a program that only waits.
  static func littleCPU(_ most: Double) -> KnownFact {
    KnownFact("on a CPU, s", exact: 0...most, sampled: 0...most) { $0.totals[.onCPU] }
  }

  /// Seconds in a state that are at least so many.
  static func atLeast(
    _ seconds: Double, _ state: WorkerState, sampled: Double? = nil
  ) -> KnownFact {
    KnownFact(
      "\(state.inTable), s", exact: (0.98 * seconds)...(.infinity),
      sampled: (sampled ?? 0.75 * seconds)...(.infinity)
    ) { $0.totals[state] }
  }

  /// Seconds in a state that are at most so many.
  static func atMost(
    _ seconds: Double, _ state: WorkerState, sampled: Double? = nil
  ) -> KnownFact {
    KnownFact(
      "\(state.inTable), s", exact: 0...seconds, sampled: 0...(sampled ?? 2 * seconds)
    ) { $0.totals[state] }
  }

  // MARK: Shares

  /// The share of the lives of the started workers that went to some states.
  static func ofLives(
    _ states: WorkerState..., of kind: ObservedWorker.Kind = .thread,
    exact: ClosedRange<Double>?, sampled: ClosedRange<Double>?
  ) -> KnownFact {
    let names = states.map(\.inTable).joined(separator: " + ")
    return KnownFact("\(names) of \(kind.inTable)’ lives", exact: exact, sampled: sampled) {
      report in
      let workers = report.workers.filter { $0.kind == kind }
      let lives = workers.reduce(0) { $0 + $1.lifeSeconds }
      let spent = workers.reduce(0) { sum, worker in
        sum + states.reduce(0) { $0 + worker[$1] }
      }
      return lives > 0 ? spent / lives : nil
    }
  }

  /// Seconds in one state as a multiple of the seconds that workers wanted or had a CPU.
  static func perWanted(
    _ state: WorkerState, exact: ClosedRange<Double>?, sampled: ClosedRange<Double>?
  ) -> KnownFact {
    KnownFact(
      "\(state.inTable) ÷ (on a CPU + ready for one)", exact: exact, sampled: sampled
    ) { report in
      let wanted = report.totals[.onCPU] + report.totals[.runnable]
      return wanted > 0 ? report.totals[state] / wanted : nil
    }
  }

  /// How much of the time the GIL of the first process was held.
  static func gilHeld(
    exact: ClosedRange<Double>, sampled: ClosedRange<Double>
  ) -> KnownFact {
    KnownFact("GIL held", exact: exact, sampled: sampled) { report in
      report.gil.first { $0.state == .on }?.heldShare
    }
  }

  /// Seconds of waiting for the GIL; there is a figure, or the most that it can be.
  static func gilWait(atMost seconds: Double) -> KnownFact {
    var fact = KnownFact("GIL wait, s", exact: 0...seconds, sampled: 0...(1.5 * seconds)) {
      report in
      if let measured = report.totals.gilSeconds { return measured }
      let most = report.gil.compactMap { $0.waitSeconds ?? $0.waitAtMostSeconds }
      return most.isEmpty || most.count < report.gil.count ? nil : most.reduce(0, +)
    }
    fact.whyNot = { report in
      let locks = report.gil.map { lock in
        let handovers = lock.handovers.map { "\(Int($0)) hand-overs" } ?? "hand-overs not known"
        return "\(lock.pid) \(lock.state.rawValue), \(handovers): \(lock.reason ?? "no reason")"
      }
      return "\(locks.joined(separator: "; ")); \(report.sources.lostRecords) records lost"
    }
    return fact
  }

  /// Nobody queues for a lock: who waits for a place in a pool's queue waits for work.
  static var littleLock: KnownFact { .atMost(0.2, .lock, sampled: 0.4) }

  /// Where a GIL can't be measured, there is no figure.
  static var gilNotMeasured: KnownFact {
    KnownFact("GIL is measured", exact: 0...0, sampled: 0...0) {
      $0.totals.gilSeconds == nil ? 0 : 1
    }
  }

  /// The interpreter is known to run without its GIL.
  static var gilIsOff: KnownFact {
    KnownFact("GIL is off", exact: 1...1, sampled: 1...1) { report in
      report.gil.contains { $0.state == .off } ? 1 : 0
    }
  }

  private static func one(_ count: Int) -> ClosedRange<Double> { Double(count)...Double(count) }
}

extension WorkerState {
  /// Its name in the table.
  var inTable: String {
    switch self {
    case .onCPU: "on a CPU"
    case .runnable: "ready"
    case .gil: "GIL"
    case .lock: "lock"
    case .io: "I/O"
    case .sleep: "asleep"
    case .child: "child"
    case .waitingForWork: "waiting for work"
    case .tooShort: "too short to look into"
    case .other: "other"
    // Never observed, so never in the table.
    case .starting, .ending, .preparing, .movingData, .startingServer, .idle: rawValue
    }
  }
}

extension ObservedWorker.Kind {
  /// Its name in the table.
  var inTable: String {
    switch self {
    case .main: "first thread"
    case .thread: "threads"
    case .process: "processes"
    }
  }
}
