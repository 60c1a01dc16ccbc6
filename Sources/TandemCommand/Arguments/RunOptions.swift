import ArgumentParser
import TandemModel

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
    help: """
      When workers are started and joined (default: all-at-once for your own work and with --sweep, \
      both for built-in work).
      """)
  var schedule: Schedules?

  @Option(
    help: ArgumentHelp(
      "Run only these models, separated by commas; may be repeated (default: all that fit the time).",
      valueName: "models"))
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      "The Python for Python's models; may be repeated (default: the first usable one on PATH).",
      valueName: "path"))
  var pythonInterpreter: [String] = []

  @Option(
    parsing: .unconditional,
    help: """
      Timed runs of each model, exactly and without a time limit (default: until the answer is clear, \
      within --time-budget).
      """)
  var runs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long everything may take, such as 10s or 2m; what doesn't fit is left out (default: 15s).",
      valueName: "time"),
    transform: TimeArgument.duration)
  var timeBudget: Duration?

  @Option(
    parsing: .unconditional,
    help: "The seed for the order of runs and for the intervals (default: random).")
  var seed: UInt64?

  /// Rejects values out of bounds.
  ///
  /// - Throws: `ValidationError`, exit code 64.
  func check() throws {
    try Limits.check(runs, "--runs", 1...1000)
    if let timeBudget {
      guard (Duration.seconds(1)...Duration.seconds(86_400)).contains(timeBudget) else {
        throw ValidationError("--time-budget must be between 1s and 24h")
      }
      guard runs == nil else {
        throw ValidationError(
          "--runs and --time-budget can't be used together: --runs makes exactly so many runs")
      }
    }
    _ = try chosenModels()
  }

  /// The models that were named; nil when none was.
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
    return chosen
  }
}
