import Foundation
import TandemModel

extension KnownTruth {
  /// Compares what was seen with what is true.
  ///
  /// - Parameters:
  ///   - run: what was seen.
  ///   - mode: how switches were to be seen.
  /// - Returns: a row for everything that was compared.
  public func check(_ run: KnownRun, _ mode: KnownMode) -> [KnownRow] {
    var rows = [rulesRow(run, mode)]
    guard let report = run.report else { return rows }
    rows += saysRows(run, mode)
    for fact in facts {
      guard let range = mode == .exact ? fact.exact : fact.sampled else { continue }
      let observed = fact.observed(report)
      rows.append(
        KnownRow(
          what: fact.name, expected: Self.text(range),
          observed: observed.map(Self.text)
            ?? "not measured" + (fact.whyNot(report).map { " (\($0))" } ?? ""),
          isRight: observed.map { range.contains($0) } ?? false))
    }
    rows += crossChecks(run, report, mode)
    return rows
  }

  /// Which rules spoke, and whether all is said that must be, and nothing that is false.
  private func rulesRow(_ run: KnownRun, _ mode: KnownMode) -> KnownRow {
    let verdict = KnownVerdict(self, run, mode)
    let unsure = unsure(in: run, mode)
    func words(_ rules: Set<String>) -> String {
      rules.isEmpty ? "none" : rules.sorted().joined(separator: ", ")
    }
    let optional = unsure.union(may)
    let wanted =
      rules.isEmpty && whyNotSeen == nil && !names.isEmpty
      ? "one of \(words(names))" : words(rules.subtracting(unsure))
    let isMissing = !rules.subtracting(unsure).isSubset(of: verdict.rules)
    return KnownRow(
      what: KnownRow.rulesSubject,
      expected: wanted + (optional.isEmpty ? "" : " (\(words(optional)) may)"),
      observed: verdict.falsehoods.isEmpty
        ? words(verdict.rules)
        : words(verdict.rules) + "; false: " + verdict.falsehoods.joined(separator: "; "),
      isRight: verdict.falsehoods.isEmpty && !isMissing && verdict.outcome != .silent)
  }

  /// Whether the claims contain what they must where they name the cause.
  private func saysRows(_ run: KnownRun, _ mode: KnownMode) -> [KnownRow] {
    guard KnownVerdict(self, run, mode).outcome == .named else { return [] }
    let claims = run.findings.map(\.claim)
    return says.map { pattern in
      let isSaid = claims.contains { $0.range(of: pattern, options: .regularExpression) != nil }
      return KnownRow(
        what: "a claim says /\(pattern)/", expected: "yes",
        observed: isSaid ? "yes" : "no: \(claims.joined(separator: " "))", isRight: isSaid)
    }
  }

  /// What must be so for every program.
  private func crossChecks(
    _ run: KnownRun, _ report: ExplainReport, _ mode: KnownMode
  ) -> [KnownRow] {
    func row(_ what: String, _ observed: Double, _ range: ClosedRange<Double>) -> KnownRow {
      KnownRow(
        what: what, expected: Self.text(range), observed: Self.text(observed),
        isRight: range.contains(observed))
    }
    let worst =
      report.workers.map { worker in
        abs(WorkerState.observed.reduce(-worker.lifeSeconds) { $0 + worker[$1] })
      }.max() ?? 0
    let shares = report.wallShares.reduce(0) { $0 + $1.seconds }
    var rows = [
      row("worst worker: parts − life, µs", worst * 1e6, 0...(mode == .exact ? 0.01 : 1_000))
    ]
    guard mode == .exact else { return rows }
    rows.append(row("wall shares − wall, µs", (shares - report.wallSeconds) * 1e6, -1...1))
    if waitsForAll, agreesWithAccount, let accounted = report.sources.accountedCPUSeconds {
      // The kernel's last record of a process comes before it gives its memory back: a little of the
      // CPU time of each is in no record.
      let ends =
        0.002 * Double(report.starts.processes + 1)
        + 0.000_03 * Double(report.starts.threads)
      // Nor is that of a switch itself, of a few microseconds, in one (`observing.md`). Where records were
      // lost, the account is what has to be reported.
      let switches = report.workers.reduce(0.0) { sum, worker in
        sum + (worker.switches.map { $0.voluntary + $0.involuntary } ?? 0)
      }
      let between = report.sources.lostRecords == 0 ? 0.000_007 * switches : 0
      let observed = report.totals[.onCPU]
      // The records take what the host stole for time on a CPU.
      let stolen = report.sources.stolenSeconds ?? 0
      rows.append(
        row(
          KnownRow.accountSubject, observed - accounted,
          (-0.02 * accounted - ends - between - 0.008)...(0.02 * accounted + 0.001 + stolen)))
    }
    if let counted = run.countedSwitches, report.sources.lostRecords == 0 {
      let voluntary = report.workers.reduce(0.0) { $0 + ($1.switches?.voluntary ?? 0) }
      let involuntary = report.workers.reduce(0.0) { $0 + ($1.switches?.involuntary ?? 0) }
      // Before its exec the program waited for the observer; at its end each thread goes once more.
      let ends = Double(report.starts.threads + 4)
      rows.append(
        row(
          "switches − counted by the kernel", voluntary + involuntary - counted,
          -ends...(ends)))
    }
    return rows
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    if range.lowerBound == range.upperBound { return text(range.lowerBound) }
    if range.upperBound == .infinity { return "≥ \(text(range.lowerBound))" }
    if range.lowerBound == 0 { return "≤ \(text(range.upperBound))" }
    return "\(text(range.lowerBound)) … \(text(range.upperBound))"
  }

  private static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) < 0.01 ? "%.4f" : abs(value) < 10 ? "%.2f" : "%.1f", value)
  }
}
