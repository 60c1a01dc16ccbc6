import TandemModel
import TandemSystem
import TandemText

/// What was timed in a comparison: one model on one schedule, and in a sweep with one number of workers.
struct TimedCell: Equatable {
  var model: ExecutionModel
  var schedule: Schedule
  var interpreter: InterpreterSummary?
  var workers: Int
  /// Wall seconds of each run.
  var walls: [Double]
  /// Why there are none, a sentence.
  var error: String?

  /// The cells of a report, in its order; of a sweep, a cell for each number of workers.
  static func all(of report: CompareReport) -> [TimedCell] {
    let series = report.sweep?.series ?? []
    let interpreters = Dictionary(
      report.runs.compactMap(\.interpreter).map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    let swept = series.flatMap { one in
      one.points.map { point in
        TimedCell(
          model: one.model, schedule: one.schedule,
          interpreter: one.interpreter.flatMap { interpreters[$0] }, workers: point.workers,
          walls: point.wallSeconds, error: point.error)
      }
    }
    let others = report.runs.filter { run in
      report.sweep?.series(of: run.model, interpreter: run.interpreter?.path) == nil
    }
    return swept
      + others.map {
        TimedCell(
          model: $0.model, schedule: $0.schedule, interpreter: $0.interpreter, workers: $0.workers,
          walls: $0.wallSeconds, error: $0.error)
      }
  }
}

/// The cells of two comparisons, each with its counterpart.
struct MatchedCells {
  /// A cell of the first result and what is its like in the second; one of them may be missing.
  struct Pair {
    var before: TimedCell?
    var after: TimedCell?

    /// The one that there is.
    var either: TimedCell? { before ?? after }
  }

  /// The pairs, the fastest of the first result at the top, and those without a counterpart at the end.
  let pairs: [Pair]
  private let hasSweep: Bool
  private let hasSchedules: Bool
  private let hasInterpreters: Bool

  /// Finds the counterparts.
  init(_ before: CompareReport, _ after: CompareReport) {
    let cells = (TimedCell.all(of: before), TimedCell.all(of: after))
    hasSweep = before.sweep != nil || after.sweep != nil
    let all = cells.0 + cells.1
    hasSchedules = Set(all.map(\.schedule)).count > 1
    hasInterpreters = [cells.0, cells.1].contains {
      Set($0.compactMap(\.interpreter)).count > 1
    }
    let (hasSweep, hasInterpreters) = (self.hasSweep, self.hasInterpreters)
    var rest = cells.1
    var pairs: [Pair] = []
    for cell in cells.0 {
      let places = rest.indices.filter {
        Self.areAlike(cell, rest[$0], isSwept: hasSweep)
      }
      // The same path, or else the same version, or else the only one that there is.
      let place =
        places.first { rest[$0].interpreter?.path == cell.interpreter?.path }
        ?? places.first { rest[$0].interpreter?.name == cell.interpreter?.name }
        ?? (hasInterpreters ? nil : places.first)
      pairs.append(Pair(before: cell, after: place.map { rest.remove(at: $0) }))
    }
    pairs += rest.map { Pair(before: nil, after: $0) }
    self.pairs = pairs.enumerated().sorted {
      let (one, other) = (Self.place(of: $0.element), Self.place(of: $1.element))
      return (one.0, one.1, $0.offset) < (other.0, other.1, $1.offset)
    }.map(\.element)
  }

  private static func areAlike(_ one: TimedCell, _ other: TimedCell, isSwept: Bool) -> Bool {
    one.model == other.model && one.schedule == other.schedule
      && (!isSwept || one.workers == other.workers)
  }

  /// What both have before the rest, all at once before one at a time, the fastest first.
  private static func place(of pair: Pair) -> (Int, Double) {
    let isWhole = pair.before?.walls.isEmpty == false && pair.after?.walls.isEmpty == false
    let group = (isWhole ? 0 : 2) + (pair.either?.schedule == .allAtOnce ? 0 : 1)
    return (group, pair.before.flatMap { Statistics.median($0.walls) } ?? 0)
  }

  /// The place of the pair that the answer is of: what the first result recommends, or else what was its
  /// fastest of those that both have.
  func counting(for verdict: Verdict) -> Int? {
    let recommended = pairs.firstIndex {
      guard let cell = $0.before, !cell.walls.isEmpty else { return false }
      return cell.model == verdict.model && cell.schedule == preferred
        && (verdict.interpreter == nil || cell.interpreter?.path == verdict.interpreter)
        && (!hasSweep || verdict.workers == nil || cell.workers == verdict.workers)
    }
    return recommended
      ?? pairs.firstIndex {
        $0.before?.walls.isEmpty == false && $0.after?.walls.isEmpty == false
      }
  }

  /// The schedule that a verdict is of.
  private var preferred: Schedule {
    pairs.contains { $0.before?.schedule == .allAtOnce } ? .allAtOnce : .oneAtATime
  }

  /// What a pair is called.
  func label(of pair: Pair) -> String {
    guard let cell = pair.either else { return "" }
    var parts = [cell.model.rawValue]
    if hasInterpreters, let name = cell.interpreter?.name { parts[0] += " (\(name))" }
    if hasSweep, cell.workers > 0 {
      parts.append(FigureText.count(cell.workers, "worker"))
    }
    // All at once goes without saying, as in the answer of a comparison.
    if hasSchedules, cell.schedule == .oneAtATime { parts.append(cell.schedule.phrase) }
    return parts.joined(separator: ", ")
  }
}
