import ArgumentParser
import Logging
import Tandem
import TandemModel

/// `tandem demo`: the two small programs that Tandem began from, on real workers.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a few workers start and finish: threads, or processes.",
    discussion: """
      Each worker logs that it starts, computes 1,000 squares, waits a little, and logs that it \
      finishes. By default, every worker is joined before the next is started, so no two are ever at \
      work at the same time; '--schedule all-at-once' starts them all first.
      """,
    subcommands: [DemoThreads.self, DemoProcesses.self])
}

/// `tandem demo threads`.
struct DemoThreads: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads", abstract: "Three threads that log when they start and finish.")

  @OptionGroup var options: DemoOptions

  func run() throws {
    let pause = options.pause
    try options.run(kind: .thread) { number in
      WorkerThread(name: "Thread \(number)") { LessonWork.run(number: number, pause: pause) }
    }
  }
}

/// `tandem demo processes`.
struct DemoProcesses: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "processes", abstract: "Three processes that log when they start and finish.",
    discussion: "The messages are the same as those of the threads: only the workers differ.")

  @OptionGroup var options: DemoOptions

  func run() throws {
    try options.run(kind: .process) { number in
      WorkerProcess(
        name: "Process \(number)",
        task: LessonTask(number: number, pause: options.pause))
    }
  }
}

/// What the work of one process is: the same as a thread's, with its input as properties.
private struct LessonTask: WorkerTask {
  /// The worker's number.
  var number: Int
  /// How long it waits.
  var pause: Duration

  func run() -> Int { LessonWork.run(number: number, pause: pause) }
}

/// What both demos can be told.
struct DemoOptions: ParsableArguments {
  @Option(help: "How many workers to start, at most 10000.")
  var workers = 3

  @Option(help: "When workers are started and joined.")
  var schedule = Schedule.oneAtATime

  @Option(
    help: ArgumentHelp(
      "How long each worker waits after its squares, such as 500us, 100ms or 2s (default: 50ms).",
      valueName: "time"),
    transform: TimeArgument.duration)
  var workTime: Duration?

  /// How long each worker waits.
  var pause: Duration { workTime ?? .milliseconds(50) }

  func validate() throws {
    try Limits.check(workers, "--workers", 1...10_000)
    try Limits.check(workTime: workTime)
  }

  /// Makes the workers, runs them on the schedule, and says what was seen.
  ///
  /// - Parameters:
  ///   - kind: what runs a worker, for the last line.
  ///   - makeWorker: makes the worker of a number.
  /// - Throws: an exit code of 71, after a line on standard error, when a worker can't be started or
  ///   doesn't come to its end.
  func run<Each: Worker>(kind: WorkerKind, _ makeWorker: (Int) -> Each) throws {
    LessonLog.logger.info("Main    : before creating thread")
    let workers = (0..<workers).map(makeWorker)
    do {
      switch schedule {
      case .oneAtATime:
        for worker in workers {
          try worker.start()
          _ = try worker.join().get()
        }
      case .allAtOnce:
        try Self.startAll(workers)
        for worker in workers { _ = try worker.join().get() }
      }
    } catch {
      throw ExitReason.system("tandem: \(error)")
    }
    let spans = workers.map { WorkerSpan($0.times) }
    try StandardStream.output.write(OverlapSentence(kind: kind, spans: spans).text + "\n")
  }

  /// Starts all, or none for long: when one can't be started, the others are waited for.
  private static func startAll<Each: Worker>(_ workers: [Each]) throws {
    for (index, worker) in workers.enumerated() {
      do throws(PoolError) {
        try worker.start()
      } catch {
        for started in workers[..<index] { _ = try? started.join() }
        throw error
      }
    }
  }
}
