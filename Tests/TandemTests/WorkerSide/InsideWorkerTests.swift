import Dispatch
import Glibc
import Synchronization
import Tandem
import TandemSystem
import Testing

/// Child tasks that are at work.
private enum Arrivals {
  static let count = Atomic(0)
}

/// What Swift offers works in a worker process, too: locks, tasks, the main actor, Dispatch.
@Suite("Inside a worker process", .timeLimit(.minutes(10)))
struct InsideWorkerTests {
  static let methods = [StartMethod.forkServer, .spawn]

  @Test("A contended lock keeps its count", arguments: methods)
  func contendedLock(method: StartMethod) async throws {
    // Used here before the server is asked to fork: a lock remembers threads by their numbers.
    #expect(try contend(threads: 2, times: 10) == 20)
    let process = WorkerProcess(startMethod: method, input: 4) {
      try contend(threads: $0, times: 5_000)
    }
    try process.start()
    #expect(try await joined(process).get() == 20_000)
  }

  @Test("Task groups run in parallel and come together", arguments: methods)
  func taskGroup(method: StartMethod) async throws {
    let process = WorkerProcess(startMethod: method, input: 64) { (count: Int) async in
      await withTaskGroup(of: Int.self) { group in
        for index in 0..<count {
          group.addTask {
            await Task.yield()
            return index
          }
        }
        return await group.reduce(0, +)
      }
    }
    try process.start()
    #expect(try await joined(process).get() == 64 * 63 / 2)
  }

  @Test(
    "Child tasks run in parallel, not all on one thread",
    .enabled(if: CPUs.read().effective > 1, "there is one thread for tasks on one CPU"))
  func childTasks() async throws {
    // Two tasks that each wait for the other: on one thread neither could go on.
    let process = WorkerProcess(input: 2) { (count: Int) async in
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<count {
          group.addTask {
            Arrivals.count.add(1, ordering: .sequentiallyConsistent)
            let deadline = MonotonicClock.now() + 20_000_000_000
            while Arrivals.count.load(ordering: .sequentiallyConsistent) < count {
              if MonotonicClock.now() > deadline { return false }
            }
            return true
          }
        }
        return await group.allSatisfy { $0 }
      }
    }
    try process.start()
    #expect(try await process.value)
  }

  @Test("Work that is not async runs on the main thread", arguments: methods)
  func mainThread(method: StartMethod) async throws {
    let sync = WorkerProcess(startMethod: method, input: 0) { _ in isMainThread() }
    try sync.start()
    #expect(try await sync.value)
    let task = WorkerProcess(startMethod: method, task: OnTheMainThread())
    try task.start()
    #expect(try await task.value)
  }

  @Test("The main actor has its thread")
  func mainActor() async throws {
    let process = WorkerProcess(input: 3) { (count: Int) async in
      var found: [Bool] = []
      for _ in 0..<count {
        found.append(await onTheMainActor())
        found.append(await Task.detached { await onTheMainActor() }.value)
      }
      return found
    }
    try process.start()
    #expect(try await joined(process).get() == [Bool](repeating: true, count: 6))
  }

  @Test("The main queue is served while async work waits")
  func mainQueue() async throws {
    let process = WorkerProcess(input: 21) { (number: Int) async in
      await withCheckedContinuation { continuation in
        DispatchQueue.main.async {
          DispatchQueue.global().async {
            DispatchQueue.main.async { continuation.resume(returning: 2 * number) }
          }
        }
      }
    }
    try process.start()
    #expect(try await joined(process).get() == 42)
  }

  @Test("Waiting costs no CPU time")
  func idle() async throws {
    let process = WorkerProcess(input: 300) { (milliseconds: Int) async throws in
      await onTheMainActor()
      let before = RUsage.now(.process).cpuNS
      try await Task.sleep(for: .milliseconds(milliseconds))
      return RUsage.now(.process).cpuNS - before
    }
    try process.start()
    #expect(try await joined(process).get() < 100_000_000)
  }

  @Test("A worker process starts worker processes of its own, up to a depth")
  func nested() async throws {
    let two = WorkerProcess(task: Nesting(depth: 2))
    try two.start()
    #expect(try await joined(two).get() == "done at 0")
    let many = WorkerProcess(task: Nesting(depth: 20))
    try many.start()
    #expect(try await joined(many).get() == "tooDeep at 15")
  }

  @Test("Threads that the work left running are waited for, daemons are not")
  func leftThreads() async throws {
    let returned = try Gate()
    let gate = try Gate()
    let places = Places(arrive: returned.path, pass: gate.path)
    let process = WorkerProcess(input: places) { places in
      try WorkerThread(isDaemon: true) { waitForEver(0) }.start()
      try WorkerThread {
        Gate.pass(places.pass)
        _exit(7)
      }.start()
      Gate.arrive(at: places.arrive)
      return 1
    }
    try process.start()
    try await returned.arrivals()
    // The main thread, which has nothing left to do, waits for the other's end.
    let pid = try #require(process.processIdentifier)
    try await eventually("the main thread to wait") {
      (try? ThreadStat.read(pid, of: pid))?.state == "S"
    }
    try gate.open()
    guard case .exited(7, _) = try await joined(process) else {
      Issue.record("the thread was not waited for")
      return
    }
  }

  @Test("What was printed before the end is written")
  func printed() async throws {
    let ends = try PipeEnds(nonBlocking: .reader).relinquish()
    let reader = Descriptor(owning: ends.reader)
    let writer = Descriptor(owning: ends.writer)
    // Through a file of the worker's own, since tests share standard output.
    let process = WorkerProcess(input: "/proc/\(getpid())/fd/\(writer.rawValue)") { path in
      guard let file = fopen(path, "w") else { return false }
      return fputs("buffered", file) >= 0
    }
    try process.start()
    #expect(try await joined(process).get())
    #expect(try reader.readSome(limit: 100) == Array("buffered".utf8))
  }
}

private func contend(threads: Int, times: Int) throws -> Int {
  let count = SharedCount()
  let workers = (0..<threads).map { _ in
    WorkerThread {
      for _ in 0..<times { count.value.withLock { $0 += 1 } }
    }
  }
  for worker in workers { try worker.start() }
  for worker in workers { _ = try worker.join() }
  return count.value.withLock { $0 }
}

private final class SharedCount: Sendable {
  let value = Mutex(0)
}

private func isMainThread() -> Bool { OSThread.currentID == getpid() }

@MainActor
@discardableResult
private func onTheMainActor() -> Bool { isMainThread() }

private struct OnTheMainThread: WorkerTask {
  func run() -> Bool { isMainThread() }
}

private struct Nesting: WorkerTask {
  var depth: Int

  func run() async throws -> String {
    if depth == 0 { return "done at 0" }
    let process = WorkerProcess(task: Nesting(depth: depth - 1))
    do {
      try process.start()
    } catch {
      return "\(error.code) at \(depth)"
    }
    return try await joined(process).get()
  }
}
