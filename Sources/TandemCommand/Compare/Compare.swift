import ArgumentParser
import TandemLab
import TandemModel
import TandemReport

/// `tandem compare`: one piece of work under every execution model, and why they differ.
struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the same work as threads, processes and more, and say which is best and why.",
    discussion: """
      Without options it runs 100 workers of 10,000 iterations each, started one at a time and all at \
      once, under every model that this machine can run. A model that is clearly slower is not run any \
      further, and a clear answer ends the runs early.

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
    try output.check()
  }

  func run() async throws {
    let destination = try output.json.map { try ReportDestination($0) }
    let page = try output.page.open()
    let tables = try output.tables.open()
    let progress = ProgressDisplay(
      isWanted: !output.quiet && destination?.isStandardOutput != true)
    let options = try options(progress)
    let interrupt = Interrupt()
    let outcome: PreparedComparison.Outcome
    do {
      defer { progress.clear() }
      let (work, kind) = (work, try work.kind())
      outcome = try await interrupt.cancelling(atOnce: { progress.clear() }) {
        try await PreparedComparison(
          of: kind, workers: work.workers, items: work.items, options: options
        ).run()
      }
    } catch is CancellationError {
      throw ExitReason.interrupted(
        "tandem: interrupted before anything was measured", code: interrupt.exitCode)
    } catch let error as CompareError {
      throw try reason(error)
    }

    for failure in outcome.failures { try FailedRunLines.show(failure) }
    if let destination { try destination.write(Array(try JSONReport.encode(outcome.report))) }
    try page?.writePage(of: outcome.report)
    try tables.write(outcome.report)
    if !tables.hasStandardOutput,
      ![destination, page].contains(where: { $0?.isStandardOutput == true })
    {
      try output.write(outcome.report)
    }
    if let code = interrupt.exitCode, outcome.wasInterrupted { throw ExitCode(code) }
    if outcome.report.runs.allSatisfy({ $0.n == 0 }) { throw ExitCode.failure }
  }

  /// The options of the library's `compare`.
  private func options(_ progress: ProgressDisplay) throws -> CompareOptions {
    var options = CompareOptions()
    options.models = try runs.chosenModels()
    options.schedules = (runs.schedule ?? (work.isLesson ? .both : .allAtOnce)).schedules
    options.runs = runs.runs
    if let budget = runs.timeBudget { options.timeBudget = budget }
    options.seed = runs.seed
    options.sweep = work.sweep
    options.pythonInterpreters = runs.pythonInterpreter
    options.progress = { progress.show($0) }
    return options
  }

  /// Shows the traceback of an error, if there is one.
  ///
  /// - Returns: The exit code to throw, after a line on standard error.
  private func reason(_ error: CompareError) throws -> ExitCode {
    if let traceback = error.traceback {
      try StandardStream.error.write(FailedRunLines.lines(traceback))
    }
    let line = "tandem: \(error.message)"
    return error.code == .notFound ? ExitReason.unusableFile(line) : ExitReason.usage(line)
  }
}
