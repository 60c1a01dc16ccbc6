import FixtureSupport
import Glibc
import Tandem
import TandemLab

/// A program that compares its own closures and tasks, as a user of the library would write it.
@main struct CompareClosure {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "closures": try await closures()
    case "tasks": try await tasks()
    case "failures": try await failures()
    case "refusals": await refusals()
    default: Checks.that("an argument", false)
    }
    Checks.end()
  }

  /// One run each, so that a test is short.
  static var quick: CompareOptions {
    var options = CompareOptions()
    options.runs = 1
    options.seed = 7
    return options
  }

  static func ran(_ name: String, _ report: CompareReport, workers: Int) {
    let models = ExecutionModel.allCases.filter { !$0.isPython }
    Checks.equal("\(name): models", report.runs.map(\.model), models)
    for run in report.runs {
      Checks.that(
        "\(name): \(run.model.rawValue)", run.error == nil && run.n == 1, run.error ?? "\(run.n)")
      Checks.equal(
        "\(name): workers of \(run.model.rawValue)", run.workers,
        run.model.workerKind == .none ? 0 : workers)
    }
    Checks.equal("\(name): kind", report.work.kind, .swiftTask)
    Checks.equal("\(name): name", report.work.name, name)
    Checks.that("\(name): verdict", report.verdict.reason.hasSuffix("."))
  }

  static func closures() async throws {
    let report = try await compare("squares", workers: 2, options: quick) { (seed: Int) in
      (seed..<seed + 1_000_000).reduce(0) { $0 &+ $1 &* $1 }
    }
    ran("squares", report, workers: 2)
    Checks.that(
      "squares: computes", report.runs.allSatisfy { ($0.onCPUSeconds ?? 0) > 0.0001 })

    // Nothing is returned, and every item's number comes exactly once a run.
    var options = quick
    options.models = [.swiftTasks, .swiftProcesses]
    _ = try await compare("numbers", workers: 2, items: 5, options: options) { (item: Int) in
      guard let path = getenv("NUMBERS") else { return }
      let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
      var byte = UInt8(item)
      _ = write(file, &byte, 1)
      close(file)
    }

    // The same items over several numbers of workers.
    options.models = [.serial, .swiftThreads]
    options.sweep = [2, 1]
    let sweep = try await compare("swept", items: 4, options: options) { (seed: Int) in
      (0..<100_000).reduce(seed) { $0 &+ $1 &* $1 }
    }.sweep
    Checks.equal("swept: counts", sweep?.counts, [1, 2])
    Checks.equal("swept: models", sweep?.series.map(\.model), [.swiftThreads])
    Checks.equal("swept: points", sweep?.series.first?.points.map(\.itemsPerWorker), [4, 2])
  }

  struct Largest: WorkerTask {
    var numbers: [Int]
    func run() -> Int? { numbers.max() }
  }

  static func tasks() async throws {
    let largest = Largest(numbers: Array(0..<10_000))
    ran(
      "largest", try await compare("largest", task: largest, workers: 2, options: quick),
      workers: 2)

    let report = try await compare("awaits", workers: 3, options: quick) {
      (item: Int) async throws in
      async let child = Double(item).squareRoot()
      try await Task.sleep(for: .milliseconds(20))
      return await child
    }
    ran("awaits", report, workers: 3)
    // Serially one sleep follows the other; in workers they overlap.
    func wall(_ model: ExecutionModel) -> Double {
      report.runs.first { $0.model == model }?.medianSeconds ?? 0
    }
    Checks.that("awaits: serially in turn", wall(.serial) >= 0.06, "\(wall(.serial))")
    for model in [ExecutionModel.swiftThreads, .swiftTasks, .swiftProcesses] {
      Checks.that("awaits: \(model.rawValue) sleeps", wall(model) >= 0.02, "\(wall(model))")
      // Starting a process may take longer than the sleep.
      let concurrency = report.runs.first { $0.model == model }?.concurrency ?? 0
      let overlaps = model.workerKind == .process || concurrency > 1
      Checks.that("awaits: \(model.rawValue) overlaps", overlaps, "\(concurrency)")
    }
    // The lock is held for an item at a time, awaiting or not.
    Checks.that(
      "awaits: in turn under the lock", wall(.swiftThreadsGlobalLock) >= 0.06,
      "\(wall(.swiftThreadsGlobalLock))")
  }

  struct Bad: Error {}

  static func failures() async throws {
    var options = quick
    options.models = [.serial, .swiftThreads, .swiftProcesses]
    let thrown = try await compare("throws", workers: 2, options: options) { (item: Int) in
      if item == 1 { throw Bad() }
      return item
    }
    for run in thrown.runs {
      Checks.that(
        "throws: \(run.model.rawValue)", run.error?.contains("Bad") == true && run.n == 0,
        run.error ?? "nothing")
    }
    Checks.equal("throws: verdict", thrown.verdict.choice, .undecided)
    let crashed = try await compare("crashes", workers: 2, options: options) { (item: Int) in
      [0, 1][item + 1]
    }
    for run in crashed.runs {
      Checks.that("crashes: \(run.model.rawValue)", run.error != nil && run.n == 0)
    }
  }

  static func refusals() async {
    func refused(_ name: String, _ says: String, _ body: () async throws -> CompareReport) async {
      do {
        _ = try await body()
        Checks.that(name, false, "it ran")
      } catch {
        Checks.that(name, "\(error)".contains(says), "\(error)")
      }
    }
    let captured = CommandLine.arguments.count
    await refused("a captured value", "captures something") {
      try await compare("captures", options: quick) { (item: Int) in item + captured }
    }
    await refused("no workers", "at least one worker, not 0") {
      try await compare("none", workers: 0, options: quick) { (item: Int) in item }
    }
    await refused("fewer items than workers", "2 items are not enough for 3 workers") {
      try await compare("few", workers: 3, items: 2, options: quick) { (item: Int) in item }
    }
    var options = quick
    options.sweep = [1, 0]
    await refused("a sweep to none", "each at least 1") {
      try await compare("sweep", options: options) { (item: Int) in item }
    }
    options.sweep = [1, 2]
    await refused("a sweep and workers", "can't be used together") {
      try await compare("both", workers: 2, options: options) { (item: Int) in item }
    }
    options = quick
    options.models = [.pythonThreads]
    await refused("Python's models", "python-threads can't run Swift") {
      try await compare("python", options: options) { (item: Int) in item }
    }
    options.models = []
    await refused("no models", "at least one model") {
      try await compare("nothing", options: options) { (item: Int) in item }
    }
    options = quick
    options.runs = 0
    await refused("no runs", "at least one run, not 0") {
      try await compare("no runs", options: options) { (item: Int) in item }
    }
    options = quick
    options.timeBudget = .zero
    await refused("no time", "above zero") {
      try await compare("no time", options: options) { (item: Int) in item }
    }
  }
}
