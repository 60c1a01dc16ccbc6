package import TandemModel
import TandemSystem

/// From what was measured to what it means: summaries, differences, findings and the verdict.
///
/// Pure: the same runs and the same seed give the same report. Cells may hold any number of runs,
/// none too, so that an interrupted comparison can be analysed as far as it came.
///
/// - Parameters:
///   - cells: one entry a model, schedule and interpreter, in the order in which to report them.
///   - machine: the machine that they ran on.
///   - work: what was run.
///   - seed: the seed of the order of runs, which is the bootstrap's too.
///   - omitted: what was not run or not measured, and why.
///   - tandemVersion: the version of Tandem.
///   - counts: the numbers of workers that each model was run with, ascending; nil for one each.
/// - Returns: the report.
package func analyse(
  cells: [CellRuns], machine: MachineSummary, work: WorkSummary, seed: UInt64,
  omitted: [Omission], tandemVersion: String, sweep counts: [Int]? = nil
) -> CompareReport {
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
    })
  return CompareReport(
    tandemVersion: tandemVersion, machine: machine, work: work, seed: seed,
    runs: analysed.map(\.result), differences: differences,
    findings: Rules.findings(in: comparison),
    verdict: Verdict(of: analysed, machine: machine, work: work, seed: seed, sweep: sweep),
    omitted: omitted, sweep: sweep)
}
