public import TandemModel

/// How work is compared.
public struct CompareOptions: Sendable {
  /// The models to run; nil for all of Swift's.
  public var models: [ExecutionModel]?
  /// When workers are started and joined.
  public var schedules: [Schedule] = [.allAtOnce]
  /// Timed runs of each model; nil for as many as the time budget allows.
  public var runs: Int?
  /// About how long it may all take; what runs, runs at least once.
  public var timeBudget: Duration = .seconds(10)
  /// The seed of the order of runs and of the intervals; nil for one from the system.
  public var seed: UInt64?
  /// Numbers of workers to run the same items over, to see how the work scales; nil for one number.
  public var sweep: [Int]?

  /// The options that `compare` has when nothing is said.
  public init() {}
}

/// What was asked of `compare` can't be done: a sentence.
public struct CompareError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, and how to put it right.
  public let message: String

  /// What is wrong, and how to put it right.
  public var description: String { message }
}

extension CompareOptions {
  /// The numbers of workers and items that these options and arguments mean.
  ///
  /// - Parameters:
  ///   - workers: how many workers were asked for.
  ///   - items: how many items were asked for.
  ///   - cpus: how many workers can run at once.
  /// - Returns: the numbers of workers, ascending, more than one for a sweep; and the items.
  /// - Throws: `CompareError`.
  func counts(
    workers: Int?, items: Int?, cpus: Int
  ) throws(CompareError) -> (workers: [Int], items: Int) {
    if let sweep {
      guard workers == nil else {
        throw CompareError(
          message: "`workers` and `sweep` exclude each other: the sweep says how many workers")
      }
      let counts = Set(sweep).sorted()
      guard counts.count >= 2, let most = counts.last, counts[0] >= 1 else {
        throw CompareError(
          message: "a sweep takes at least two different numbers of workers, each at least 1")
      }
      let items = items ?? SharedItems.count(among: counts, atLeast: max(4, 2 * cpus))
      try Self.check(items: items, workers: most)
      return (counts, items)
    }
    let workers = workers ?? items.map { min($0, max(4, 2 * cpus)) } ?? max(4, 2 * cpus)
    try Self.check(items: items ?? workers, workers: workers)
    return ([workers], items ?? workers)
  }

  private static func check(items: Int, workers: Int) throws(CompareError) {
    guard workers >= 1 else {
      throw CompareError(message: "it takes at least one worker, not \(workers)")
    }
    guard items >= workers else {
      throw CompareError(
        message: "\(items) items are not enough for \(workers) workers: one each at least")
    }
  }

  /// The models to run.
  ///
  /// - Returns: in the report's order.
  /// - Throws: `CompareError` for Python's models, or none.
  func chosenModels() throws(CompareError) -> [ExecutionModel] {
    let all = ExecutionModel.allCases
    guard let models else { return all.filter { !$0.isPython } }
    if let python = models.first(where: \.isPython) {
      throw CompareError(message: "\(python.rawValue) can't run Swift; leave it out of the models")
    }
    guard !models.isEmpty, !schedules.isEmpty else {
      throw CompareError(message: "there must be at least one model and one schedule")
    }
    return all.filter(models.contains)
  }
}

/// Items that several numbers of workers can share evenly.
package enum SharedItems {
  /// The fewest items that every number of workers can share evenly, or only so many as are asked for
  /// where that would be many times more.
  ///
  /// - Parameters:
  ///   - counts: the numbers of workers, ascending.
  ///   - least: how many there are at least.
  /// - Returns: at least one for each worker.
  package static func count(among counts: [Int], atLeast least: Int) -> Int {
    let most = max(least, counts.last ?? 1)
    var multiple = 1
    for count in counts {
      var (a, b) = (multiple, count)
      while b > 0 { (a, b) = (b, a % b) }
      multiple = multiple / a * count
      if multiple > 10 * most { return most }
    }
    return (most + multiple - 1) / multiple * multiple
  }
}
