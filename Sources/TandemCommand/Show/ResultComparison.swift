import ArgumentParser
import TandemLab
import TandemModel
import TandemReport

/// Two saved results, compared: `tandem show BEFORE AFTER`.
struct ResultComparison {
  /// What was asked for.
  var show: Show

  /// The exit code for what can't be compared, as that of diff(1) and cmp(1).
  private static let trouble: Int32 = 2

  /// Compares the results, prints that, and checks what is to be checked.
  ///
  /// - Throws: Exit code 1 when the second is slower by more than is allowed, and 2, after a line on standard error,
  ///   for whatever can't be compared.
  func run() throws {
    let change: ResultChange
    do {
      change = try compare()
    } catch let code as ExitCode where code != ExitCode(Self.trouble) {
      // What can't be read has its line already.
      throw ExitCode(Self.trouble)
    }
    guard let check = change.check else { return }
    switch check.outcome {
    case .slower: throw ExitCode.failure
    case .notSlower: return
    case .impossible: throw Self.trouble("--fail-if-slower can't be checked: \(check.reason)")
    }
  }

  private func compare() throws -> ResultChange {
    let allowed = try show.failIfSlower.map { text in
      guard let share = PercentArgument.share(text) else {
        throw Self.trouble("--fail-if-slower takes per cent, such as 5%, not '\(text)'")
      }
      return share
    }
    guard let after = show.after else {
      throw Self.trouble("--fail-if-slower compares two results: name an earlier and a later one")
    }
    if show.file == "-", after == "-" {
      throw Self.trouble("standard input can be read only once: name a file for one of the results")
    }
    if show.page.html != nil {
      throw Self.trouble("--html makes a page of one result, not of two")
    }
    let tables = try show.tables.open()
    let report = try report(
      on: try SavedResult(show.file), try SavedResult(after), allowed: allowed)
    try tables.write(report)
    if !tables.hasStandardOutput {
      try StandardStream.output.writeReport(report, details: show.details)
    }
    return report.change
  }

  private func report(
    on before: SavedResult, _ after: SavedResult, allowed: Double?
  ) throws -> ChangeReport {
    func report(
      _ change: ResultChange, _ first: some DigestedReport, _ second: some DigestedReport
    ) -> ChangeReport {
      ChangeReport(
        change: change, before: .init(file: before.file, digest: first.digest),
        after: .init(file: after.file, digest: second.digest))
    }
    switch (before.report, after.report) {
    case (let one as CompareReport, let other as CompareReport):
      return report(ResultChange(one, other, allowed: allowed), one, other)
    case (let one as ExplainReport, let other as ExplainReport):
      return report(ResultChange(one, other, allowed: allowed), one, other)
    case (let one as ExplainDifference, let other as ExplainDifference):
      return report(ResultChange(one, other, allowed: allowed), one, other)
    case (let one as ExplainSweep, let other as ExplainSweep):
      return report(ResultChange(one, other, allowed: allowed), one, other)
    case (let one, let other):
      let names = [one, other].map { type(of: $0).schemaName }
      throw Self.trouble(
        names[0] == names[1]
          ? "can't compare \(before.name) and \(after.name): \(names[0]) has no runs"
          : """
          can't compare \(before.name) and \(after.name): they are of different kinds, \(names[0]) and \
          \(names[1])
          """)
    }
  }

  private static func trouble(_ line: String) -> ExitCode {
    ExitReason.say("tandem: \(line)", code: trouble)
  }
}
