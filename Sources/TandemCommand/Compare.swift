import ArgumentParser
import TandemLab
import TandemModel
import TandemObserve
import TandemReport

/// `tandem compare`: one piece of work under every execution model, and why they differ.
struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run one piece of work as threads, as processes and more, and say which and why.",
    discussion: """
      Without arguments it runs the lesson's experiment: 100 workers of 10,000 iterations each, \
      started one at a time and all at once, under every model that this machine can run.

      Models: \(ExecutionModel.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @OptionGroup(title: "The work")
  var work: WorkOptions

  @OptionGroup(title: "The runs")
  var runs: RunOptions

  @OptionGroup(title: "The report")
  var output: OutputOptions

  func validate() throws {
    try work.check()
    try runs.check()
    if work.sweep != nil, let schedule = runs.schedule, schedule != .allAtOnce {
      throw ValidationError(
        """
        --sweep goes with --schedule all-at-once: one at a time, more workers never overlap
        """)
    }
  }

  func run() async throws {
    let machine = Machine.summary()
    let destination = try output.json.map { try ReportDestination($0) }
    let progress = ProgressDisplay(isWanted: !output.quiet)
    let interrupt = Interrupt()
    let (work, runs) = (work, runs)
    let (plan, results): (ExperimentPlan, Experiment.Results)
    do {
      (plan, results) = try await interrupt.cancelling {
        let preparation = try await ComparePreparation(work: work, runs: runs, machine: machine)
        let plan = preparation.plan
        let experiment = Experiment(plan: plan, python: preparation.python) { progress.show($0) }
        var results = await experiment.run()
        results.omitted = preparation.omitted + results.omitted
        return (plan, results)
      }
    } catch is CancellationError {
      throw ExitReason.interrupted(
        "tandem: interrupted before anything was measured", code: interrupt.exitCode)
    }
    progress.clear()

    for failure in results.failures { try FailedRunLines.show(failure) }
    let report = analyse(
      cells: results.cells, machine: machine, work: plan.workload.summary, seed: plan.seed,
      omitted: results.omitted + (results.wasInterrupted ? [Self.interrupted] : []),
      tandemVersion: TandemCommand.configuration.version, sweep: plan.sweep)

    if let destination { try destination.write(Array(try JSONReport.encode(report))) }
    if destination?.isStandardOutput != true { try output.write(report) }
    if let code = interrupt.exitCode, results.wasInterrupted { throw ExitCode(code) }
    if report.runs.allSatisfy({ $0.n == 0 }) { throw ExitCode.failure }
  }

  private static let interrupted = Omission(
    what: "the rest of the runs", why: "interrupted: what was measured until then is shown")
}

extension OutputOptions {
  /// Writes the report for people.
  ///
  /// - Parameter report: the report.
  /// - Throws: what writing to standard output throws.
  func write(_ report: CompareReport) throws {
    let stream = StandardStream.output
    let style = TerminalReport.Style(color: stream.wantsColor, width: stream.columns ?? 100)
    let text =
      quiet
      ? "\(report.verdict.choice.rawValue): \(report.verdict.reason)\n"
      : TerminalReport(report, style: style).text
    try stream.write(Array(text.utf8))
  }
}
