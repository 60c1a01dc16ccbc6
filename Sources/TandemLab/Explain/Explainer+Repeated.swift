import TandemModel

extension Explainer {
  /// What was seen of two commands.
  package struct Difference {
    /// What was seen of the first.
    package var first: Result
    /// What was seen of the second; nil when the first was interrupted, and the second not run.
    package var second: Result?
    /// The difference; nil without the second.
    package var report: ExplainDifference?
  }

  /// Runs two commands one after the other and watches them, then runs both again in turns.
  ///
  /// - Parameters:
  ///   - first: The first command and its arguments.
  ///   - second: The second command and its arguments.
  /// - Returns: Both reports and the difference.
  /// - Throws: Why a command can't be run or watched.
  package func explainDifference(
    _ first: [String], _ second: [String]
  ) throws(ExplainError) -> Difference {
    try checkRuns()
    let one = try watched(first)
    guard !one.wasInterrupted else { return Difference(first: one) }
    let other = try watched(second)
    let names = [("first", "the first command"), ("second", "the second command")]
    let variants = zip([one, other], zip(names, [first, second])).compactMap { result, entry in
      result.variant(name: entry.0.0, subject: entry.0.1, command: entry.1)
    }
    let (repeated, runs) = runAgain(variants, of: [one, other])
    return Difference(
      first: one, second: other,
      report: ExplainDifference(
        first: one.report, second: other.report, repeated: repeated, firstRuns: runs[0],
        secondRuns: runs[1]))
  }

  /// Checks the number of runs that was asked for.
  func checkRuns() throws(ExplainError) {
    guard let runs = options.runs, runs < 1 else { return }
    throw ExplainError(.invalidArgument, "there must be at least one run, not \(runs)")
  }

  /// Runs commands again that were observed once, in turns.
  ///
  /// - Parameters:
  ///   - variants: The commands.
  ///   - observed: What was seen of each.
  /// - Returns: How often they ran, and each one's runs: the timed ones, or the observed one where there
  ///   are none.
  func runAgain(
    _ variants: [RepeatedMeasurement.Variant], of observed: [Result]
  ) -> (RepeatedRuns, [TimedRuns]) {
    var repeated = RepeatedRuns(asked: options.runs, areUnobserved: false)
    let once = observed.map { result in
      result.run.map { TimedRuns([$0]) } ?? TimedRuns(wallSeconds: [result.report.wallSeconds])
    }
    if options.runs == 1 { return (repeated, once) }
    if let reason = options.whyNotRepeated {
      repeated.reason = reason
      return (repeated, once)
    }
    guard variants.count == observed.count, !observed.contains(where: \.wasInterrupted) else {
      repeated.reason = "A command was interrupted."
      return (repeated, once)
    }
    let measured = RepeatedMeasurement(
      explainer: self, title: "run", variants: variants,
      limit: options.runs.map { .blocks($0) } ?? .seconds(Self.secondsOfRuns)
    ).run()
    repeated.reason = measured.reason
    guard let blocks = measured.runs.first?.count, blocks > 0 else { return (repeated, once) }
    repeated.areUnobserved = true
    return (repeated, measured.runs.map { TimedRuns($0) })
  }

  /// The seconds that repeated runs take when their number isn't given.
  static let secondsOfRuns = 20.0
}

extension Explainer.Result {
  /// How the command is run again; nil when it was not seen to its end.
  ///
  /// - Parameters:
  ///   - name: What the progress calls it.
  ///   - subject: What a sentence calls it.
  ///   - command: The command and its arguments.
  ///   - variables: Variables of its environment that are set besides.
  /// - Returns: The variant, which is timed.
  func variant(
    name: String, subject: String, command: [String], variables: [String: String] = [:]
  ) -> RepeatedMeasurement.Variant? {
    guard let run, let exit = report.exit else { return nil }
    return RepeatedMeasurement.Variant(
      name: name, subject: subject, command: command, variables: variables, isCounted: true,
      exit: exit, first: run)
  }
}

extension Explainer {
  /// What was seen of one command with several values of a variable.
  package struct Sweep {
    /// What was seen with each value that it was run with.
    package var results: [Result]
    /// The sweep.
    package var report: ExplainSweep
  }

  /// Runs a command once with each value and watches it, then runs all again in turns.
  ///
  /// An interrupt ends it; the values that were run by then are reported.
  ///
  /// - Parameter swept: The command and the variable.
  /// - Returns: What was seen with each value, and the sweep.
  /// - Throws: Why the command can't be run or watched.
  package func explainSweep(_ swept: SweptCommand) throws(ExplainError) -> Sweep {
    try checkRuns()
    var results: [Result] = []
    var variants: [RepeatedMeasurement.Variant] = []
    for value in swept.values {
      let command = swept.command(with: value)
      let variables = [swept.variable: value]
      let result = try watched(command, variables: variables)
      results.append(result)
      let name = "\(swept.variable)=\(value)"
      if let variant = result.variant(
        name: name, subject: "the command with \(name)", command: command, variables: variables)
      {
        variants.append(variant)
      }
      if result.wasInterrupted { break }
    }
    let (repeated, runs) = runAgain(variants, of: results)
    return Sweep(
      results: results,
      report: ExplainSweep(
        swept, observed: results.map(\.report), repeated: repeated, runs: runs))
  }
}
