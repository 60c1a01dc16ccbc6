import Foundation
import Glibc
import Synchronization
@testable import TandemLab
import TandemSystem
import Testing

/// What `explain` promises to a program that calls it.
@Suite("explain as a library's verb", .timeLimit(.minutes(5)))
struct ExplainVerbTests {
  /// A pipe that no other program inherits.
  private static func pipe() throws -> (reader: Int32, writer: Int32) {
    try PipeEnds().split { reader, writer throws(Errno) in
      (reader: reader.relinquish(), writer: writer.relinquish())
    }
  }

  @Test("A command's report has its end, its workers, findings and timeline")
  func aCommandIsReported() async throws {
    let report = try await explain(["sh", "-c", "sleep 0.05; exit 3"])
    #expect(report.exit == .code(3))
    #expect(report.command == ["sh", "-c", "sleep 0.05; exit 3"])
    #expect(report.wallSeconds >= 0.05)
    #expect(report.starts.processes == 1)
    #expect(!report.findings.isEmpty)
    #expect(report.timeline?.rows.count == report.workers.count)
  }

  @Test("The streams and the environment are those of the options")
  func streamsAndEnvironment() async throws {
    let (reader, writer) = try Self.pipe()
    var options = ExplainOptions()
    options.standardInput = .null
    options.standardOutput = .descriptor(writer)
    options.environment = ["PATH": "/usr/bin:/bin", "GREETING": "hello"]
    let report = try await explain(["sh", "-c", "cat; echo $GREETING"], options: options)
    close(writer)
    #expect(report.exit == .code(0))
    let output = FileHandle(fileDescriptor: reader, closeOnDealloc: true)
    #expect(try output.readToEnd() == Data("hello\n".utf8))
  }

  @Test("The live closure sees the program while it runs")
  func live() async throws {
    let (reader, writer) = try Self.pipe()
    var options = ExplainOptions()
    options.standardInput = .descriptor(reader)
    options.liveInterval = .milliseconds(1)
    let names = Mutex<Set<String>>([])
    options.live = { moment in
      names.withLock { $0.formUnion(moment.workers.map(\.name)) }
      // The program waits for this line, so there is a moment in which it runs.
      guard moment.workers.contains(where: { $0.name == "sh" }) else { return }
      _ = "\n".withCString { write(writer, $0, 1) }
    }
    let report = try await explain(["sh", "-c", "read line"], options: options)
    close(reader)
    close(writer)
    #expect(report.exit == .code(0))
    #expect(names.withLock { $0 }.contains("sh"))
  }

  /// More calls than the cooperative pool has threads, all of whose programs must run at once.
  @Test("Watching takes no thread of Swift's concurrency")
  func watchingHasAThreadOfItsOwn() async throws {
    let count = ProcessInfo.processInfo.activeProcessorCount + 2
    let (running, isRunning) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: ProgramExit?.self) { group in
      var inputs: [(reader: Int32, writer: Int32)] = []
      for index in 0..<count {
        let input = try Self.pipe()
        inputs.append(input)
        group.addTask {
          var options = ExplainOptions()
          options.standardInput = .descriptor(input.reader)
          options.liveInterval = .milliseconds(1)
          options.live = { _ in isRunning.yield(index) }
          return try await explain(["sh", "-c", "read line"], options: options).exit
        }
      }
      var seen = Set<Int>()
      for await index in running {
        seen.insert(index)
        if seen.count == count { break }
      }
      for input in inputs { _ = "\n".withCString { write(input.writer, $0, 1) } }
      for try await exit in group { #expect(exit == .code(0)) }
      for input in inputs {
        close(input.reader)
        close(input.writer)
      }
    }
  }

  // MARK: Cancellation

  /// Explains in a task, and cancels it once the program's first thread is as wanted.
  private func cancelled(
    once isReady: @Sendable (LiveMoment.Worker) -> Bool, grace: Duration,
    _ body: @escaping @Sendable (ExplainOptions) async throws -> ExplainReport
  ) async throws -> Int32 {
    let (moments, moment) = AsyncStream.makeStream(of: LiveMoment.self)
    var options = ExplainOptions()
    options.terminationGrace = grace
    options.liveInterval = .milliseconds(1)
    options.live = { moment.yield($0) }
    let task = Task { [options] in
      defer { moment.finish() }
      return try await body(options)
    }
    var pid: Int32?
    for await moment in moments {
      guard let main = moment.workers.first(where: { $0.kind == .main }), isReady(main) else {
        continue
      }
      pid = main.pid
      task.cancel()
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    return try #require(pid)
  }

  @Test("Cancelling asks the command to end")
  func cancellingEndsTheCommand() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cancelled-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      cd "$0"; sleep 600 & trap 'echo >asked; kill $!; exit' TERM
      echo >ready; wait $!
      """
    let pid = try await cancelled(
      once: { _ in FileManager.default.fileExists(atPath: folder + "/ready") }, grace: .seconds(60)
    ) { options in
      try await explain(["sh", "-c", script, folder], options: options)
    }
    #expect(FileManager.default.fileExists(atPath: folder + "/asked"))
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
  }

  @Test("A command that ignores SIGTERM is killed after the grace")
  func cancellingKillsInTheEnd() async throws {
    let pid = try await cancelled(once: { $0.name == "sleep" }, grace: .milliseconds(20)) {
      options in
      try await explain(["sh", "-c", "trap '' TERM; exec sleep 600"], options: options)
    }
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
  }

  @Test("Cancelling leaves a running program alone")
  func cancellingLeavesAProgram() async throws {
    let program = try Process.run(URL(filePath: "/bin/sleep"), arguments: ["600"])
    // Threads of Dispatch block SIGTERM, and Foundation passes that on.
    defer { kill(program.processIdentifier, SIGKILL) }
    let number = program.processIdentifier
    let pid = try await cancelled(once: { $0.name == "sleep" }, grace: .zero) { options in
      try await explain(pid: number, options: options)
    }
    #expect(pid == number && kill(pid, 0) == 0)
  }

  @Test("A cancelled task runs nothing")
  func nothingRunsInACancelledTask() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "never-\(UUID())").path
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await explain(["touch", file])
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  // MARK: Running programs and differences

  @Test("A running program is watched for a time")
  func aRunningProgram() async throws {
    let program = try Process.run(URL(filePath: "/bin/sleep"), arguments: ["600"])
    // Threads of Dispatch block SIGTERM, and Foundation passes that on.
    defer { kill(program.processIdentifier, SIGKILL) }
    let report = try await explain(pid: program.processIdentifier, for: .milliseconds(20))
    #expect(report.exit == nil && report.wallSeconds >= 0.02)
    #expect(report.command.last == "600")
  }

  @Test("A difference has both reports")
  func difference() async throws {
    var options = ExplainOptions()
    options.runs = 3
    let difference = try await explainDifference(["true"], ["sleep", "0.2"], options: options)
    #expect(difference.first.command == ["true"] && difference.second.command == ["sleep", "0.2"])
    #expect(difference.differenceSeconds > 0)
    #expect(difference.sentence.contains("from sleeping."), "\(difference.sentence)")
    #expect(difference.sentence.hasPrefix("The second is slower: "), "\(difference.sentence)")
    #expect(difference.repeated == RepeatedRuns(asked: 3, areUnobserved: true))
    #expect(difference.firstRuns.count == 3 && difference.secondRuns.count == 3)
    #expect(difference.comparisons[.wall]?.shown == .larger)
  }

  @Test("One run each repeats nothing, and is not a difference")
  func differenceOfOneRun() async throws {
    var options = ExplainOptions()
    options.runs = 1
    let difference = try await explainDifference(["true"], ["sleep", "0.1"], options: options)
    #expect(difference.repeated == RepeatedRuns(asked: 1, areUnobserved: false))
    #expect(difference.sentence.hasPrefix("One run each is not a difference: "))
    #expect(difference.comparisons[.wall]?.pairs == 0)
    #expect(difference.comparisons.allSatisfy { $0.ratio == nil && $0.shown == .undecided })
    #expect(difference.findings.isEmpty)
  }

  @Test("A sweep runs the command with each value, in its arguments and in its environment")
  func sweep() async throws {
    var options = ExplainOptions()
    options.runs = 2
    options.countedEvents = .software
    let told = Mutex<[String]>([])
    options.progress = { progress in told.withLock { $0.append(progress.running) } }
    let sweep = try await explainSweep(
      "delay", ["0.2", "0.01"], of: ["sh", "-c", "test {delay} = $delay && sleep {delay}"],
      options: options)
    #expect(sweep.points.map(\.value) == ["0.01", "0.2"])
    #expect(sweep.points.allSatisfy { $0.report.exit == .code(0) && $0.runs.count == 2 })
    #expect(sweep.points[0].comparisons.isEmpty)
    #expect(sweep.points[1].comparisons[.wall]?.shown == .larger)
    // What stands in for the CPU's counters counts the shell's page faults and its time.
    #expect(sweep.points[1].runs.instructions?.allSatisfy { $0 > 10 } == true)
    #expect(sweep.points[1].runs.cycles?.allSatisfy { $0 > 1_000 } == true)
    #expect(sweep.best == nil && sweep.sentence.contains("faster than delay=0.01"))
    #expect(
      Set(told.withLock { $0 })
        == Set([1, 2].flatMap { ["run \($0) of 2, delay=0.01", "run \($0) of 2, delay=0.2"] }))
  }

  @Test("What observing costs is measured when asked for")
  func costRuns() async throws {
    var options = ExplainOptions()
    options.costRuns = 1
    let told = Mutex<[String]>([])
    options.progress = { progress in told.withLock { $0.append(progress.running) } }
    let report = try await explain(["true"], options: options)
    let cost = try #require(report.observer.cost)
    #expect(cost.pairsAsked == 1 && cost.reason == nil && cost.wallRatio != nil)
    #expect(
      Set(told.withLock { $0 }) == ["cost run 1 of 1, observed", "cost run 1 of 1, plain"])
  }

  // MARK: Errors

  @Test(
    "What can't be run or watched is an error with a code",
    arguments: [
      ([], .invalidArgument, "the command is empty"),
      (["no-such-command-anywhere"], .notFound, "no such command: 'no-such-command-anywhere'"),
      (["/"], .notExecutable, "'/' is a folder"),
    ] as [([String], ExplainError.Code, String)])
  func refusals(command: [String], code: ExplainError.Code, says: String) async throws {
    let error = await #expect(throws: ExplainError.self) { try await explain(command) }
    #expect(error?.code == code && error?.message.contains(says) == true, "\(error as Any)")
  }

  @Test("A sweep that can't be is an error, and nothing is run")
  func noSweep() async throws {
    let error = await #expect(throws: ExplainError.self) {
      try await explainSweep("n", ["1"], of: ["true"])
    }
    #expect(error?.code == .invalidArgument)
    var options = ExplainOptions()
    options.runs = 0
    let noRuns = options
    let runs = await #expect(throws: ExplainError.self) {
      try await explainSweep("n", ["1", "2"], of: ["true"], options: noRuns)
    }
    #expect(runs?.code == .invalidArgument)
  }

  @Test("A process that isn't there is an error")
  func noSuchProcess() async throws {
    let none = await #expect(throws: ExplainError.self) { try await explain(pid: 2_147_483_647) }
    #expect(none?.code == .noSuchProcess)
    let zero = await #expect(throws: ExplainError.self) { try await explain(pid: 0) }
    #expect(zero?.code == .invalidArgument)
    var options = ExplainOptions()
    options.costRuns = 0
    let noRuns = options
    let runs = await #expect(throws: ExplainError.self) {
      try await explain(["true"], options: noRuns)
    }
    #expect(runs?.code == .invalidArgument)
  }
}
