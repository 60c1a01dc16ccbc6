import Glibc
import Tandem

/// What came of it: checks, a summary for people, and JSON.
struct Report {
  let arguments: Arguments
  let counts: Tally.Counts
  let blows: Blows.Counts
  let statistics: PoolStatistics
  let before: Census
  let after: Census
  let atEnd: Census
  let hasAllWorkers: Bool
  let seconds: Double

  private var midFrame: Int { counts.errors["workerExited.\(HalfWritten.exitCode)"] ?? 0 }

  private var faults: [String] {
    var faults: [String] = []
    func check(_ holds: Bool, _ text: @autoclosure () -> String) {
      if !holds { faults.append(text()) }
    }
    let most = { (figures: [ProcessFigures], value: KeyPath<ProcessFigures, Int>) in
      figures.map { $0[keyPath: value] }.max() ?? 0
    }
    check(counts.violations == 0, "\(counts.violations) jobs ended as they should not")
    check(counts.begun == counts.ended, "\(counts.begun) jobs, \(counts.ended) ends")
    let landed = [
      ("killed", blows.killed), ("stopped", blows.stopped), ("exits in mid-frame", midFrame),
      ("timeouts", counts.errors["timedOut"] ?? 0),
    ]
    for (what, count) in landed where count < arguments.least {
      faults.append("only \(count) \(what)")
    }
    check(hasAllWorkers, "not all workers came back")
    check(statistics.waiting == 0 && statistics.withWorkers == 0, "work is left in the pool")
    check(
      after.processes == Chaos.workers + 1 && before.processes == after.processes,
      "\(after.processes) processes")
    check(
      after.program.descriptors <= before.program.descriptors,
      "the program's descriptors: \(before.openFiles.sorted()), \(after.openFiles.sorted())")
    check(
      after.program.threads <= before.program.threads,
      "the program's threads: \(before.program.threads), \(after.program.threads)")
    check(
      after.program.resident <= before.program.resident + Chaos.programBound,
      "the program's memory: \(before.program.resident), \(after.program.resident) KiB")
    check(
      after.server?.descriptors == before.server?.descriptors && after.server?.threads == 1,
      "the server's descriptors or threads")
    check(
      (after.server?.resident ?? 0) <= (before.server?.resident ?? 0) + Chaos.otherBound,
      "the server's memory")
    for value in [\ProcessFigures.descriptors, \.threads] {
      check(
        most(after.workers, value) <= most(before.workers, value),
        "the workers' descriptors or threads: \(most(before.workers, value)), "
          + "\(most(after.workers, value))")
    }
    check(
      most(after.workers, \.resident) <= most(before.workers, \.resident) + Chaos.otherBound,
      "the workers' memory: \(most(before.workers, \.resident)), "
        + "\(most(after.workers, \.resident)) KiB")
    check(atEnd.processes <= 1, "after the end \(atEnd.processes) processes")
    check(
      atEnd.program.descriptors <= before.program.descriptors - 2 * Chaos.workers,
      "after the end \(atEnd.program.descriptors) descriptors")
    check(
      atEnd.program.threads <= before.program.threads - 2,
      "after the end \(atEnd.program.threads) threads, before \(before.program.threads)")
    return faults
  }

  /// Writes everything.
  ///
  /// - Returns: whether all is well.
  func write() -> Bool {
    let faults = faults
    let errors = counts.errors.sorted { $0.key < $1.key }
    print(
      """
      \(counts.begun) jobs in \(tenths(seconds)) s with seed \(arguments.seed): \(counts.right) right, \
      \(counts.cancelled) cancelled, \(errors.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
      blows: \(blows.killed) killed, \(blows.stopped) stopped (\(blows.continued) of them went on), \
      \(midFrame) exits in mid-frame, \(blows.serversKilled) fork servers killed, \
      \(blows.missed) came too late
      pool: \(statistics.started) workers started, \(statistics.deaths) unplanned deaths, \
      \(statistics.retried) items begun once more
      after the warm-up: \(before.description)
      afterwards:        \(after.description)
      after the end:     \(atEnd.description)
      """)
    for violation in counts.firstViolations { print("  \(violation)") }
    for fault in faults { print("FAILED: \(fault)") }
    let json = json(errors, faults)
    if let path = arguments.json {
      guard let file = fopen(path, "w") else { return false }
      fputs(json + "\n", file)
      fclose(file)
    } else {
      print(json)
    }
    return faults.isEmpty
  }

  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func json(_ errors: [(key: String, value: Int)], _ faults: [String]) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    let ends = errors.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ",")
    return """
      {"seconds":\(tenths(seconds)),"seed":\(arguments.seed),"jobs":\(counts.begun),\
      "right":\(counts.right),"cancelled":\(counts.cancelled),"errors":{\(ends)},\
      "violations":\(counts.violations),"killed":\(blows.killed),"stopped":\(blows.stopped),\
      "mid_frame":\(midFrame),"servers_killed":\(blows.serversKilled),\
      "workers_started":\(statistics.started),"before":\(before.json),"after":\(after.json),\
      "at_end":\(atEnd.json),"faults":[\(faults.map(quoted).joined(separator: ","))]}
      """
  }
}
