import ArgumentParser
import Foundation
import TandemModel

/// What to run.
struct WorkOptions: ParsableArguments {
  /// The built-in kinds of work.
  enum BuiltIn: String, ExpressibleByArgument, CaseIterable {
    case squares, cpu, io, mixed
  }

  @Option(
    help: """
      Built-in work: 'squares' (the loop of squares), 'cpu' (that loop for --work-time), 'io' (waiting \
      for a pipe), 'mixed' (half and half).
      """)
  var work: BuiltIn = .squares

  @Option(
    help: ArgumentHelp(
      "Your own work: a function of one argument in a Python file, such as work.py:crunch.",
      valueName: "file:function"))
  var python: String?

  @Option(
    parsing: .unconditional,
    help: "Items of work in all: the function is called with 0, 1, 2 … (default: one a worker).")
  var items: Int?

  @Option(
    help: ArgumentHelp(
      "Call the Python function with the elements of this JSON array instead.", valueName: "file"))
  var args: String?

  @Option(
    parsing: .unconditional,
    help: "Iterations of the loop in one item (default: 10000 for 'squares').")
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What one item takes, such as 500us, 100ms or 2s (default: 20ms).", valueName: "time"),
    transform: TimeArgument.seconds)
  var workTime: Double?

  @Option(
    parsing: .unconditional,
    help: """
      Workers that a run starts (default: 100 for 'squares', otherwise twice the CPUs, at least 4).
      """)
  var workers: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The same items over each of these numbers of workers, such as 1,2,4,8: how the work scales, and \
      how many workers to use.
      """, valueName: "counts"),
    transform: SweepArgument.counts)
  var sweep: [Int]?

  /// Refuses what can't be meant.
  ///
  /// - Throws: `ValidationError`, exit code 64.
  func check() throws {
    try Limits.check(workers, "--workers", 1...10_000)
    try checkSweep()
    try Limits.check(items, "--items", 1...10_000_000)
    try Limits.check(iterations, "--iterations", 1...1_000_000_000_000)
    if let workTime, !(0.000_001...3600).contains(workTime) {
      throw ValidationError("--work-time must be between 1us and 1h")
    }
    if let items, let workers, items < workers {
      throw ValidationError("--items \(items) is not enough for --workers \(workers): one each")
    }
    if python == nil, args != nil { throw ValidationError("--args goes with --python") }
    if args != nil, items != nil {
      throw ValidationError("--items and --args exclude each other: the file says how many calls")
    }
    if python != nil {
      if items == nil, args == nil {
        throw ValidationError("say what to call the function with: --items N or --args FILE")
      }
      if iterations != nil || workTime != nil || work != .squares {
        throw ValidationError("--work, --iterations and --work-time are for built-in work")
      }
    } else {
      switch work {
      case .squares where workTime != nil:
        throw ValidationError("--work-time is for --work cpu, io and mixed; use --iterations")
      case .io where iterations != nil, .mixed where iterations != nil:
        throw ValidationError("--iterations is for --work squares and cpu; use --work-time")
      case .cpu where iterations != nil && workTime != nil:
        throw ValidationError("--iterations and --work-time exclude each other")
      default: break
      }
    }
  }

  private func checkSweep() throws {
    guard let sweep, let most = sweep.last else { return }
    if workers != nil {
      throw ValidationError(
        "--sweep and --workers exclude each other: --sweep says how many workers, run by run")
    }
    if let items, items < most {
      throw ValidationError("--items \(items) is not enough for --sweep \(most): one each")
    }
  }
}

/// A list of numbers of workers on the command line.
enum SweepArgument {
  /// Reads `1,2,4,8`, in any order.
  ///
  /// - Parameter text: the argument.
  /// - Returns: the numbers, ascending, each once; at least two.
  /// - Throws: `ValidationError`.
  static func counts(_ text: String) throws -> [Int] {
    let counts = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let count = Int(name) else {
        throw ValidationError(
          "--sweep takes numbers of workers, such as 1,2,4,8; '\(name)' is none")
      }
      try Limits.check(count, "each number of --sweep", 1...10_000)
      return count
    }
    let different = Set(counts).sorted()
    guard different.count >= 2 else {
      throw ValidationError(
        "--sweep takes at least two different numbers of workers, such as 1,2,4,8")
    }
    return different
  }
}

/// How to run it.
struct RunOptions: ParsableArguments {
  /// When workers are started and joined.
  enum Schedules: String, ExpressibleByArgument, CaseIterable {
    case oneAtATime = "one-at-a-time"
    case allAtOnce = "all-at-once"
    case both

    var schedules: [Schedule] {
      switch self {
      case .oneAtATime: [.oneAtATime]
      case .allAtOnce: [.allAtOnce]
      case .both: [.oneAtATime, .allAtOnce]
      }
    }
  }

  @Option(
    help: "When workers are started and joined (default: both; with --sweep: all-at-once).")
  var schedule: Schedules?

  @Option(
    help: ArgumentHelp(
      "Only these models, separated by commas; may be repeated (default: all that the time allows).",
      valueName: "models"))
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      "A Python to run Python's models with; may be repeated (default: the first usable on PATH).",
      valueName: "path"))
  var pythonInterpreter: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Timed runs of each model (default: what fits into --time-budget).")
  var runs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "About how long it may all take, such as 10s or 2m; what runs, runs at least once.",
      valueName: "time"),
    transform: TimeArgument.seconds)
  var timeBudget: Double = 30

  @Option(
    parsing: .unconditional,
    help: "The seed of the order of runs and of the intervals (default: from the clock).")
  var seed: UInt64?

  /// Refuses what can't be meant.
  ///
  /// - Throws: `ValidationError`, exit code 64.
  func check() throws {
    try Limits.check(runs, "--runs", 1...1000)
    guard (1...86_400).contains(timeBudget) else {
      throw ValidationError("--time-budget must be between 1s and 24h")
    }
    _ = try chosenModels()
  }

  /// The models that were named, in the report's order; nil when none was.
  ///
  /// - Returns: the models.
  /// - Throws: `ValidationError` for a name that no model has.
  func chosenModels() throws -> [ExecutionModel]? {
    guard !models.isEmpty else { return nil }
    let names = models.flatMap { $0.split(separator: ",").map(String.init) }
    let chosen = try names.map { name in
      guard let model = ExecutionModel(rawValue: name) else {
        let all = ExecutionModel.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("there is no model '\(name)'; the models are \(all)")
      }
      return model
    }
    guard !chosen.isEmpty else { throw ValidationError("--models names no model") }
    return ExecutionModel.allCases.filter(chosen.contains)
  }
}

/// What to do with what was found.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the report as JSON (schema tandem.compare/1) to a file, or to standard output for '-'.",
      valueName: "file"))
  var json: String?

  @Flag(help: "Print only the verdict, and no progress.")
  var quiet = false
}

/// Counts within bounds.
enum Limits {
  /// Refuses a count outside its bounds.
  ///
  /// - Parameters:
  ///   - value: the count; nil is fine.
  ///   - option: the option's name.
  ///   - bounds: what is allowed.
  /// - Throws: `ValidationError`.
  static func check(_ value: Int?, _ option: String, _ bounds: ClosedRange<Int>) throws {
    guard let value, !bounds.contains(value) else { return }
    throw ValidationError(
      "\(option) must be between \(bounds.lowerBound) and \(bounds.upperBound), not \(value)")
  }
}

/// A span of time on the command line.
enum TimeArgument {
  /// Reads `500us`, `100ms`, `2s`, `1m`, `1h`; a bare number is seconds.
  ///
  /// - Parameter text: the argument.
  /// - Returns: seconds.
  /// - Throws: `ValidationError`.
  static func seconds(_ text: String) throws -> Double {
    let units: [(String, Double)] = [
      ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]
    let (number, scale) =
      units.first { text.hasSuffix($0.0) }.map { (text.dropLast($0.0.count), $0.1) } ?? (
        text[...], 1
      )
    guard let value = Double(number), value.isFinite, value > 0 else {
      throw ValidationError("'\(text)' is no time: write 500us, 100ms, 2s, 1m or 1h")
    }
    return value * scale
  }

  /// Reads a time as `seconds(_:)` does.
  ///
  /// - Parameter text: The argument.
  /// - Returns: The time; a thousand years for anything longer.
  /// - Throws: `ValidationError`.
  static func duration(_ text: String) throws -> Duration {
    .seconds(min(try seconds(text), 3.2e10))
  }
}
