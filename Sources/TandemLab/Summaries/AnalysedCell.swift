package import TandemModel
import TandemObserve

/// One run with its wall time taken apart.
package struct AnalysedRun: Sendable, Equatable {
  /// The run.
  package var run: TimedRun
  /// What its workers and its driver did.
  package var trace: RunTrace
  /// Where its wall time went.
  package var decomposition: Decomposition
  /// What could not be taken as the workers reported it.
  package var doubts: TraceDoubts
  /// What was seen of the workers; nil for a run that wasn't watched.
  var bodies: ObservedBodies?

  /// Takes a run apart.
  ///
  /// - Parameter run: the run.
  package init(_ run: TimedRun) {
    var doubts = TraceDoubts()
    self.run = run
    self.trace = RunTrace(run.record, doubts: &doubts)
    self.decomposition = Decomposition(trace)
    self.doubts = doubts
  }

  /// Takes a run apart that was watched; its block is its round.
  ///
  /// - Parameter watched: the run.
  package init(_ watched: WatchedRun) {
    var doubts = TraceDoubts()
    let bodies = ObservedBodies(watched)
    self.run = TimedRun(block: watched.round, record: watched.record)
    self.trace = RunTrace(watched.record, bodies: bodies, doubts: &doubts)
    self.decomposition = Decomposition(trace)
    self.doubts = doubts
    self.bodies = bodies
  }
}

/// A cell with its runs taken apart and summarised.
package struct AnalysedCell: Sendable {
  /// The figures that are reported.
  package var result: ModelResult
  /// The runs, in order of running; none for a model that failed.
  package var runs: [AnalysedRun]
  /// The watched runs that enough was seen of, in order of running.
  package var watched: [AnalysedRun]
  /// The program of the last of these, as it was seen from outside.
  var program: ExplainReport?

  /// Analyses a cell.
  ///
  /// - Parameters:
  ///   - cell: what was measured.
  ///   - seed: the report's seed.
  package init(_ cell: CellRuns, seed: UInt64) {
    let runs = cell.error == nil ? cell.runs.map(AnalysedRun.init) : []
    var seen: [(run: AnalysedRun, observed: ObservedRun)] = []
    for watched in runs.isEmpty ? [] : cell.watched where !watched.observed.isIncomplete {
      let run = AnalysedRun(watched)
      if run.bodies?.areEnough == true { seen.append((run, watched.observed)) }
    }
    self.runs = runs
    self.watched = seen.map(\.run)
    self.program = seen.last?.observed.program
    self.result = ModelResult(summarising: cell, runs: runs, watched: seen, seed: seed)
  }

  /// Which model of which interpreter.
  package var side: Difference.Side {
    Difference.Side(model: result.model, interpreter: result.interpreter?.path)
  }

  /// Whether it has figures.
  package var ran: Bool { result.error == nil && !runs.isEmpty }
}

extension Sequence where Element == AnalysedCell {
  /// The cell with the least median wall time; nil when there are none.
  package var fastest: AnalysedCell? {
    self.min { ($0.result.medianSeconds ?? .infinity) < ($1.result.medianSeconds ?? .infinity) }
  }
}
