package import TandemModel

/// What a report says in words, for those who draw its figures themselves.
///
/// A page shows the figures of a report's JSON. What people call its workers and states, the answer, and how sure
/// that is, are the same there as in the terminal.
package struct ReportDigest: Sendable, Equatable {
  /// The command that made the report, such as `tandem explain`.
  package var tool: String
  /// What was run, as one would type it.
  package var command: String
  /// The answer, one sentence.
  package var answer: String
  /// What the answer rests on, in sentences; empty when the answer says it.
  package var reason = ""
  /// What is said beside the answer: how long it took, on what.
  package var facts: [String] = []
  /// The programs that were observed, as one would type them.
  package var commands: [String] = []
  /// What the workers of each are called, in the order of the report.
  package var names: [[String]] = []
  /// What they are called where their process stands above them, likewise.
  package var ownNames: [[String]] = []
  /// How sure the figures are.
  package var sure: [String] = []
  /// The seed of a comparison; nil for other reports.
  package var seed: UInt64?

  /// What people call each state, by its key in JSON.
  package static var stateLabels: [String: String] {
    Dictionary(
      WorkerState.allCases.map { ($0.rawValue, $0.label) }, uniquingKeysWith: { first, _ in first })
  }

  /// What each state's wait is for, in a word, by the same keys.
  package static var stateWords: [String: String] {
    Dictionary(
      WorkerState.allCases.map { ($0.rawValue, $0.word) }, uniquingKeysWith: { first, _ in first })
  }

  /// A command line as one would type it, whole.
  ///
  /// - Parameter arguments: The program and its arguments.
  /// - Returns: One line.
  package static func commandLine(_ arguments: [String]) -> String {
    CommandText.text(of: arguments, mostColumns: mostColumns)
  }

  /// The longest command line that is shown as a whole.
  static let mostColumns = 4_000
}

/// A report that can be drawn: its JSON has the figures, and its digest the words.
package protocol DigestedReport: SchemaReport, TerminalReport {
  /// What it says in words.
  var digest: ReportDigest { get }
}

extension CompareReport: DigestedReport {
  /// What a comparison says in words.
  package var digest: ReportDigest {
    let short = ShortCompare(report: self, source: .file)
    let ranking = ModelRanking(self)
    let header = WorkSection(report: self, ranking: ranking)
    return ReportDigest(
      tool: "tandem compare", command: header.workText, answer: short.answerText(ranking),
      reason: verdict.reason, facts: header.facts, sure: short.sure, seed: seed)
  }
}

extension ExplainReport: DigestedReport {
  /// What an observed program's report says in words.
  package var digest: ReportDigest {
    let run = RunSection(report: self)
    let left = [
      ProgramSection.launcherText(self).map { "launcher: \($0)" }, ProgramSection.leftText(self),
    ]
    return ReportDigest(
      tool: "tandem explain", command: briefCommand, answer: sentence ?? headline,
      facts: run.facts + left.compactMap(\.self), commands: [ReportDigest.commandLine(command)],
      names: [workerNames], ownNames: [ownWorkerNames], sure: ShortExplain.sure(self))
  }

  /// What its workers are called.
  fileprivate var workerNames: [String] {
    let names = WorkerNames(workers)
    return workers.indices.map(names.name(at:))
  }

  /// What they are called where their process stands above them.
  fileprivate var ownWorkerNames: [String] {
    let names = WorkerNames(workers)
    return workers.indices.map(names.ownName(at:))
  }
}

extension ExplainDifference: DigestedReport {
  /// What two programs side by side say in words.
  package var digest: ReportDigest {
    let answer = FirstSentence(sentence)
    let sides = [first, second]
    return ReportDigest(
      tool: "tandem explain --vs",
      command:
        "\(first.shellLine ?? first.briefCommand)  ·  \(second.shellLine ?? second.briefCommand)",
      answer: answer.first, reason: answer.rest,
      commands: sides.map { $0.shellLine ?? ReportDigest.commandLine($0.command) },
      names: sides.map(\.workerNames), ownNames: sides.map(\.ownWorkerNames),
      sure: ShortDifference(difference: self, source: .file).sure)
  }
}

extension ExplainSweep: DigestedReport {
  /// What a program with several values says in words.
  package var digest: ReportDigest {
    let answer = FirstSentence(sentence)
    return ReportDigest(
      tool: "tandem explain --sweep", command: briefCommand, answer: answer.first,
      reason: answer.rest, commands: [commandText],
      names: points.map(\.report.workerNames), sure: ShortSweep(sweep: self, source: .file).sure)
  }
}
