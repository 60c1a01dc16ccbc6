import TandemModel
import TandemText

/// A column of the table of models: its heading and what it shows of a model.
struct ModelColumn {
  /// The heading.
  var column: TextTable.Column
  /// A model's cell.
  var cell: (ModelResult) -> TextTable.Cell

  /// Columns that are read together.
  private enum Group: Int {
    /// How concurrent, how parallel, how long.
    case speed
    /// What the kernel accounted for.
    case usage
    /// Starting and ending a worker.
    case worker
    /// Memory of a worker.
    case memory

    func column(_ heading: [String], isBar: Bool = false) -> TextTable.Column {
      TextTable.Column(heading: heading, group: rawValue, isBar: isBar)
    }
  }

  /// The heading of the relative times, which the legend repeats.
  static func relativeHeading(width: Int) -> [String] { [isNarrow(width) ? "rel." : "relative"] }

  private static func isNarrow(_ width: Int) -> Bool { width < 100 }

  /// The columns, most important first, with short headings on a narrow terminal.
  static func columns(of runs: [ModelResult], width: Int) -> [ModelColumn] {
    let isNarrow = isNarrow(width)
    let medians = runs.compactMap { $0.error == nil ? $0.medianSeconds : nil }.filter(\.isFinite)
    let fastest = medians.min()
    let slowest = medians.max()
    var columns = [
      figure(isNarrow ? ["concur-", "rency"] : ["concurrency"], .speed, .strong) {
        FigureText.ratio($0.concurrency)
      },
      figure(isNarrow ? ["paral-", "lelism"] : ["parallelism"], .speed, .strong) {
        FigureText.ratio($0.parallelism)
      },
      ModelColumn(column: Group.speed.column(["median", "wall"])) { run in
        let isFastest = run.medianSeconds != nil && run.medianSeconds == fastest
        return .text(FigureText.duration(run.medianSeconds), isFastest ? .good : .plain)
      },
      figure(["95 %", "interval"], .speed, .faint, interval),
      ModelColumn(column: Group.speed.column(relativeHeading(width: width))) { run in
        .text(relative(run, to: fastest), run.medianSeconds == fastest ? .good : .plain)
      },
      figure(["n"], .speed, .faint) { FigureText.count($0.n) },
      ModelColumn(column: Group.speed.column([], isBar: true)) { run in
        guard let median = run.medianSeconds, let slowest, slowest > 0 else {
          return .bar(nil, .plain)
        }
        return .bar(median / slowest, run.model.ink)
      },
    ]
    if Set(runs.map(\.workers).filter { $0 > 0 }).count > 1 {
      columns.append(
        figure(["workers"], .usage) { $0.workers == 0 ? "" : FigureText.count($0.workers) })
    }
    return columns + costs(of: runs)
  }

  /// What running it cost.
  private static func costs(of runs: [ModelResult]) -> [ModelColumn] {
    let kinds = Set(runs.map(\.model.workerKind))
    var columns = [
      figure(["CPU", "time"], .usage) { FigureText.duration($0.cpuSeconds) },
      figure(["switches", "vol."], .usage) { FigureText.count($0.switches?.voluntary) },
      figure(["", "invol."], .usage) { FigureText.count($0.switches?.involuntary) },
      figure(["start", "a worker"], .worker) {
        perWorker($0, FigureText.duration($0.startSecondsPerWorker))
      },
      figure(["end", "a worker"], .worker) {
        perWorker($0, FigureText.duration($0.endSecondsPerWorker))
      },
    ]
    if kinds.contains(.process) || kinds.contains(.thread) {
      let heading =
        kinds.contains(.thread)
        ? (kinds.contains(.process) ? ["PSS or", "stack"] : ["stack"]) : ["PSS"]
      columns.append(
        figure(heading, .memory) { run in
          switch run.model.workerKind {
          case .process: FigureText.memory(kib: run.memory.pssKiBPerWorker)
          case .thread: FigureText.memory(kib: run.memory.stackKiBPerWorker)
          case .task, .none: ""
          }
        })
    }
    if kinds.contains(.process) {
      columns.append(
        figure(["USS"], .memory) { run in
          run.model.workerKind == .process ? FigureText.memory(kib: run.memory.ussKiBPerWorker) : ""
        })
    }
    return columns
  }

  private static func figure(
    _ heading: [String], _ group: Group, _ ink: Ink = .plain,
    _ text: @escaping (ModelResult) -> String
  ) -> ModelColumn {
    ModelColumn(column: group.column(heading)) { .text(text($0), ink) }
  }

  /// Serial models have no workers to start: empty, unless somebody measured it nevertheless.
  private static func perWorker(_ run: ModelResult, _ text: String) -> String {
    run.model.workerKind == .none && text == FigureText.notMeasured ? "" : text
  }

  private static func interval(_ run: ModelResult) -> String {
    guard let interval = run.ci95Seconds, interval.low.isFinite, interval.high.isFinite else {
      return run.n == 0 ? FigureText.notMeasured : "n=\(run.n)"
    }
    // In the unit of the median, which stands beside it.
    let scale = DurationScale(for: run.medianSeconds ?? interval.high)
    return scale.range(interval.low, interval.high)
  }

  private static func relative(_ run: ModelResult, to fastest: Double?) -> String {
    guard let median = run.medianSeconds, median.isFinite, let fastest, fastest > 0 else {
      return FigureText.notMeasured
    }
    return FigureText.ratio(median / fastest) + "×"
  }
}
