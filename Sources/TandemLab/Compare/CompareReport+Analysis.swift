package import TandemModel
import TandemSystem

extension CompareReport {
  /// Analyses runs: summaries, differences, findings and the verdict.
  ///
  /// The same runs and the same seed give the same report. Cells may hold any number of runs, even
  /// none, so an interrupted comparison can be analysed too.
  ///
  /// - Parameters:
  ///   - cells: One entry a model, schedule and interpreter, in the report's order.
  ///   - machine: The machine that they ran on.
  ///   - work: What was run.
  ///   - seed: The seed of the order of runs, which is the bootstrap's too.
  ///   - omitted: What was not run or not measured, and why.
  ///   - counts: The numbers of workers that each model was run with, ascending; nil for one each.
  ///   - call: The Python function that was called, for the code to paste; nil for other work.
  ///   - crossing: What crosses between processes with it.
  ///   - modelsAreNamed: Whether the user named the models.
  ///   - ending: Why the runs ended when they did; nil where that isn't known.
  package init(
    analysing cells: [CellRuns], machine: MachineSummary, work: WorkSummary, seed: UInt64,
    omitted: [Omission] = [], sweep counts: [Int]? = nil, python call: PythonCall? = nil,
    crossing: [PythonCrossing] = [], modelsAreNamed: Bool = false,
    ending: ComparisonEnding? = nil
  ) {
    let all = cells.map { AnalysedCell($0, seed: seed) }
    let sweep = counts.map {
      Sweep(of: all, counts: $0, machine: machine, work: work, seed: seed)
    }
    // Models are compared with each other as each would be used.
    let analysed = sweep?.representatives(of: all) ?? all
    let differences = ComparisonPairs.pairs(among: analysed, work: work).compactMap {
      Difference(
        between: $0.first, and: $0.second, schedule: $0.schedule, machine: machine, seed: seed)
    }
    var generator = SplitMix64(seed: seed, use: "drift")
    let comparison = Comparison(
      machine: machine, work: work, results: analysed.map(\.result), differences: differences,
      drift: Drift(
        of: all.map { ($0.result.blocks, $0.result.wallSeconds) }, using: &generator), sweep: sweep,
      watched: analysed.compactMap { cell in
        cell.program.map { WatchedModel(result: cell.result, program: $0) }
      }, cpuTimes: CPUTimeOfItems.all(in: all, seed: seed), crossings: crossing)
    let verdict = Verdict(
      of: analysed, machine: machine, work: work, seed: seed, sweep: sweep,
      crossings: crossing, modelsAreNamed: modelsAreNamed, ending: ending)
    self.init(
      tandemVersion: TandemVersion.current, machine: machine, work: work, seed: seed,
      runs: analysed.map(\.result), differences: differences,
      findings: Rules.findings(in: comparison, isDecided: verdict.choice != .undecided),
      verdict: verdict, omitted: omitted, sweep: sweep, ending: ending, crossing: crossing,
      code: call.flatMap {
        PastedCode($0, verdict, runs: analysed.map(\.result), items: work.items)
      })
  }
}
