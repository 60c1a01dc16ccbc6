// Work on a pool of processes while its workers are killed, stopped and made to exit in the middle of a
// result, and its fork server is killed. Every piece of work must end exactly once, with the right bytes
// or with an error that fits, and nothing may be left afterwards.
//
//     Chaos --seconds 60 --tasks 20000 --seed 1 [--least 100] [--json FILE]

import FixtureSupport
import Glibc
import Synchronization
import Tandem

@main
struct Chaos {
  static let workers = 4
  /// Anonymous memory that the program may hold more than after its warm-up, in KiB.
  static let programBound = 8 << 10
  /// The same for the server and for each worker, compared with the largest then.
  static let otherBound = 4 << 10

  static func main() async throws {
    Census.useOneArena()
    let arguments = Arguments(CommandLine.arguments)
    // A group of its own, so that whoever ends it ends what it has started.
    setpgid(0, 0)
    let chaos = Chaos(arguments: arguments)
    exit(try await chaos.run() ? 0 : 1)
  }

  let arguments: Arguments
  let tally = Tally()

  private func run() async throws -> Bool {
    let begun = monotonicNow()
    _ = try WorkerServer.start()
    let pool = try ProcessPool(workers: Self.workers, name: "chaos", options: Self.options)
    let watchdog = Watchdog(pool, tally, limit: arguments.seconds + 60)
    try watchdog.start()

    await warmUp(pool)
    let before = Census()

    let blows = Blows(
      on: pool, stoppingFor: .milliseconds(400), over: .seconds(arguments.seconds),
      seed: arguments.seed)
    let striking = WorkerThread(name: "blows") { blows.run() }
    try striking.start()
    await work(pool, jobs: arguments.tasks, over: .seconds(arguments.seconds)) {
      blows.spareServer()
    }
    blows.end()
    _ = try await striking.join()
    let struck = monotonicNow()

    let isComplete = await hasAllWorkers(pool)
    let after = Census()
    let statistics = pool.statistics
    await pool.shutdown(.drain)
    let atEnd = await settled()
    watchdog.end()

    let report = Report(
      arguments: arguments, counts: tally.now, blows: blows.now, statistics: statistics,
      before: before, after: after, atEnd: atEnd, hasAllWorkers: isComplete,
      seconds: Double(struck - begun) / 1e9)
    return report.write()
  }

  private static var options: ProcessPoolOptions {
    var options = ProcessPoolOptions()
    // What is stopped ends soon after its timeout.
    options.grace = .milliseconds(20)
    // Here workers die before they have done anything because they are killed, not because of a fault.
    options.restartLimit = RestartLimit(1_000_000, within: .seconds(10))
    return options
  }

  /// Everything once, and some deaths, so that what is made at the first use is there.
  private func warmUp(_ pool: ProcessPool) async {
    await work(pool, jobs: 1_500, over: .milliseconds(1)) {}
    // Timers have descriptors of their own.
    try? await Task.sleep(nanoseconds: 1_000_000)
    try? await Task.sleep(for: .milliseconds(1))
    _ = await hasAllWorkers(pool)
    for worker in pool.statistics.workers.compactMap(\.systemIdentifier) { kill(worker, SIGKILL) }
    _ = await hasAllWorkers(pool)
  }

  /// Gives jobs from tasks of several kinds, and from threads that block.
  private func work(
    _ pool: ProcessPool, jobs: Int, over span: Duration, nearEnd: @escaping @Sendable () -> Void
  ) async {
    let drivers = Drivers(pool, tally, total: jobs, over: span)
    let threads = (0..<2).map { index in
      WorkerThread(name: "blocking-\(index)") {
        drivers.driveBlocking(seed: arguments.seed &+ 100 &+ UInt64(index))
      }
    }
    for thread in threads { try? thread.start() }
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<6 {
        let seed = arguments.seed &+ UInt64(index)
        if index % 3 == 2 {
          group.addTask(executorPreference: pool.executor) { await drivers.drive(seed: seed) }
        } else {
          group.addTask { await drivers.drive(seed: seed) }
        }
      }
      group.addTask {
        try? await Task.sleep(for: span * 0.85)
        nearEnd()
      }
    }
    for thread in threads { _ = try? await thread.join() }
  }

  /// Whether the pool comes to have all its workers, all at work at the same time.
  private func hasAllWorkers(_ pool: ProcessPool) async -> Bool {
    for _ in 0..<20 {
      let seen = await withTaskGroup(of: Int32?.self) { group in
        for _ in 0..<Self.workers {
          group.addTask {
            try? await pool.run(50_000 as UInt32) {
              usleep($0)
              return getpid()
            }
          }
        }
        return await group.reduce(into: Set<Int32>()) { if let pid = $1 { $0.insert(pid) } }
      }
      if seen.count == Self.workers, pool.statistics.workers.count == Self.workers { return true }
    }
    return false
  }

  /// What is left when the pool is gone: threads that were told to end take a moment.
  private func settled() async -> Census {
    var census = Census()
    for _ in 0..<200 where census.processes > 1 || names(in: "/proc/self/task").contains("chaos") {
      try? await Task.sleep(for: .milliseconds(10))
      census = Census()
    }
    try? await Task.sleep(for: .milliseconds(50))
    return Census()
  }
}

/// What the program was asked for.
struct Arguments {
  var seconds = 60
  var tasks = 20_000
  var seed: UInt64 = 1
  /// How many blows of each kind must have landed.
  var least = 0
  var json: String?

  init(_ words: [String]) {
    var rest = words.dropFirst()
    while let name = rest.popFirst() {
      let value = rest.popFirst() ?? ""
      switch name {
      case "--seconds": seconds = Int(value) ?? seconds
      case "--tasks": tasks = Int(value) ?? tasks
      case "--seed": seed = UInt64(value) ?? seed
      case "--least": least = Int(value) ?? least
      case "--json": json = value
      default:
        print("Chaos --seconds N --tasks M --seed S [--least BLOWS] [--json FILE]; not \(name)")
        exit(64)
      }
    }
  }
}

/// Ends the program when it takes too long, when nothing ends any more, or when there are too many
/// processes.
final class Watchdog: Sendable {
  private let pool: ProcessPool
  private let tally: Tally
  private let limit: Int
  private let isOver = Atomic(false)

  init(_ pool: ProcessPool, _ tally: Tally, limit: Int) {
    self.pool = pool
    self.tally = tally
    self.limit = limit
  }

  func start() throws {
    try WorkerThread(name: "watchdog", isDaemon: true) { self.watch() }.start()
  }

  func end() { isOver.store(true, ordering: .relaxed) }

  private func watch() {
    let begun = monotonicNow()
    var ended = -1
    var endedAt = begun
    while !isOver.load(ordering: .relaxed) {
      usleep(100_000)
      let now = monotonicNow()
      let counts = tally.now
      if counts.ended != ended { (ended, endedAt) = (counts.ended, now) }
      let processes = Census.descendants().count
      if processes > 64 { give("\(processes) processes") }
      if now - begun > UInt64(limit) * 1_000_000_000 {
        // Long ago means that it hangs; a moment ago, that the machine is busy.
        give("more than \(limit) s, the last job ended \((now - endedAt) / 1_000_000) ms ago")
      }
      if now - endedAt > 15_000_000_000, counts.ended < counts.begun { give("nothing ends") }
    }
  }

  private func give(_ why: String) {
    let statistics = pool.statistics
    print("ENDED: \(why); \(tally.now)")
    print(
      "waiting \(statistics.waiting), with workers \(statistics.withWorkers), completed "
        + "\(statistics.completed), failed \(statistics.failed), timed out \(statistics.timedOut), "
        + "cancelled \(statistics.cancelled)")
    print("open: \(tally.open)")
    for worker in statistics.workers {
      let place = worker.systemIdentifier.flatMap { ProcessFigures.place(of: $0) }
      print(
        "\(worker.name) \(worker.systemIdentifier ?? 0) \(place?.state ?? "gone"), has "
          + "\(worker.withWorker), ready since \(worker.readySince ?? 0)")
    }
    fflush(nil)
    // For a debugger.
    if getenv("CHAOS_HOLD") != nil { sleep(600) }
    // Not exit(3), which waits for threads that may be stuck.
    _exit(3)
  }
}
