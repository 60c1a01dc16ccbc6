public import TandemModel

/// How work is compared.
public struct CompareOptions: Sendable {
  /// The models to run; nil for all that can run the work.
  public var models: [ExecutionModel]?
  /// When workers are started and joined; a sweep takes `allAtOnce` only.
  public var schedules: [Schedule] = [.allAtOnce]
  /// Timed runs of each model, exactly; nil for as many as it takes, or as the time budget allows.
  public var runs: Int?
  /// How long the comparison may take, with everything that it needs beside timed runs.
  ///
  /// It ends early when one model is clearly the fastest. A model of which no run fits is left out, and the
  /// report says so. With `runs` set there is no limit.
  public var timeBudget: Duration = .seconds(15)
  /// The seed for the order of runs and for the intervals; nil for one from the system.
  public var seed: UInt64?
  /// Numbers of workers to run the same items over, to see how the work scales; nil for one number.
  public var sweep: [Int]?
  /// The Pythons for Python's models, as paths or names; empty for the first usable one on `PATH`.
  public var pythonInterpreters: [String] = []
  /// Receives the progress; nil for nothing.
  public var progress: (@Sendable (MeasurementProgress) -> Void)?

  /// Makes the default options: all models, all at once, fifteen seconds.
  public init() {}
}

extension CompareOptions {
  /// The numbers of workers and items that these options and arguments mean.
  ///
  /// - Parameters:
  ///   - workers: How many workers were asked for.
  ///   - items: How many items were asked for.
  ///   - usual: How many workers there are when nothing was asked for.
  /// - Returns: The numbers of workers, ascending, more than one for a sweep; and the items.
  /// - Throws: `CompareError`.
  func counts(
    workers: Int?, items: Int?, usual: Int
  ) throws(CompareError) -> (workers: [Int], items: Int) {
    guard let sweep else {
      let workers = workers ?? items.map { min($0, usual) } ?? usual
      try Self.check(items: items ?? workers, workers: workers)
      return ([workers], items ?? workers)
    }
    guard workers == nil else {
      throw CompareError(
        .invalidArgument, "workers and sweep can't be used together: the sweep sets the workers")
    }
    guard !schedules.contains(.oneAtATime) else {
      throw CompareError(
        .invalidArgument,
        "a sweep goes with the schedule all-at-once: one at a time, more workers never overlap")
    }
    let counts = Set(sweep).sorted()
    guard counts.count >= 2, let most = counts.last, counts[0] >= 1 else {
      throw CompareError(
        .invalidArgument,
        "a sweep takes at least two different numbers of workers, each at least 1")
    }
    let items = items ?? SharedItems.count(among: counts, atLeast: usual)
    try Self.check(items: items, workers: most)
    return (counts, items)
  }

  private static func check(items: Int, workers: Int) throws(CompareError) {
    guard workers >= 1 else {
      throw CompareError(.invalidArgument, "there must be at least one worker, not \(workers)")
    }
    guard items >= workers else {
      throw CompareError(
        .invalidArgument,
        "\(items) items are not enough for \(workers) workers: each worker needs one")
    }
  }

  /// Rejects numbers that are out of bounds.
  ///
  /// - Throws: `CompareError`.
  func check() throws(CompareError) {
    if let runs, runs < 1 {
      throw CompareError(.invalidArgument, "there must be at least one run, not \(runs)")
    }
    guard timeBudget > .zero else {
      throw CompareError(.invalidArgument, "the time budget must be above zero")
    }
    guard models?.isEmpty != true, !schedules.isEmpty else {
      throw CompareError(
        .invalidArgument, "there must be at least one model and one schedule")
    }
  }
}
