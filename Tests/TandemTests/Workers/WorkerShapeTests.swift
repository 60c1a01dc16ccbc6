import Glibc
import Tandem
import TandemSystem
import Testing

private struct Complaint: Error, Equatable {
  var about: String
}

/// Threads and processes have one shape: what holds for the one holds for the other.
@Suite("One shape for threads and processes", .timeLimit(.minutes(10)))
struct WorkerShapeTests {
  @Test("A value, and times in order")
  func value() async throws {
    func check(_ worker: any Worker<Int>) async throws {
      #expect(!worker.isAlive && worker.outcome == nil && worker.times.startCalled == nil)
      let before = MonotonicClock.now()
      try worker.start()
      #expect(try await worker.value == 42)
      #expect(try await worker.value == 42)
      #expect(!worker.isAlive)
      let times = worker.times
      // The work may begin before `start` has returned.
      let order = [before, times.startCalled, times.bodyEntered, times.bodyLeft, times.endObserved]
      #expect(order.allSatisfy { $0 != nil })
      #expect(order.compactMap(\.self) == order.compactMap(\.self).sorted(), "\(times)")
      let returned = try #require(times.startReturned)
      #expect(returned >= times.startCalled ?? .max && returned <= MonotonicClock.now())
    }
    try await check(WorkerThread { 42 })
    try await check(WorkerProcess(input: 21) { 2 * $0 })
    try await check(WorkerProcess(startMethod: .spawn, input: 21) { 2 * $0 })
  }

  @Test("A worker can be started once")
  func startTwice() async throws {
    func check(_ worker: any Worker<Int>) async throws {
      try worker.start()
      let error = #expect(throws: PoolError.self) { try worker.start() }
      #expect(error?.code == .alreadyStarted)
      #expect(try await worker.value == 1)
      let later = #expect(throws: PoolError.self) { try worker.start() }
      #expect(later?.code == .alreadyStarted)
    }
    try await check(WorkerThread { 1 })
    try await check(WorkerProcess(input: 1) { $0 })
  }

  @Test("Of many that start one worker at once, one succeeds")
  func startAtOnce() async throws {
    func check(_ worker: any Worker<Int>) async throws {
      let started = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 { group.addTask { (try? worker.start()) != nil } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(started == 1)
      #expect(try await worker.value == 1)
    }
    try await check(WorkerThread { 1 })
    try await check(WorkerProcess(input: 1) { $0 })
  }

  @Test("Only a started worker can be joined")
  func joinUnstarted() async {
    func check(_ worker: any Worker<Int>) async {
      let error = await #expect(throws: PoolError.self) { try await worker.join() }
      #expect(error?.code == .notStarted)
      let blocking = #expect(throws: PoolError.self) { try joinBlocking(worker, .zero) }
      #expect(blocking?.code == .notStarted)
    }
    await check(WorkerThread { 1 })
    await check(WorkerProcess(input: 1) { $0 })
  }

  @Test("A blocking join gives nil when the time is over, and the outcome afterwards")
  func joinWithTimeout() throws {
    let latch = Latch()
    let thread = WorkerThread { latch.wait() }
    try thread.start()
    #expect(try thread.join(timeout: .milliseconds(1)) == nil)
    #expect(try thread.join(timeout: .zero) == nil)
    #expect(try thread.join(timeout: .seconds(-1)) == nil)
    #expect(thread.isAlive && thread.outcome == nil && thread.times.bodyLeft == nil)
    latch.open()
    guard case .value(true) = try thread.join() else {
      Issue.record("no value")
      return
    }
    let process = WorkerProcess(input: 0) { waitForEver($0) }
    try process.start()
    #expect(try process.join(timeout: .milliseconds(1)) == nil)
    #expect(process.isAlive && process.usage == nil)
    process.kill()
    guard case .signaled(.kill, _) = try process.join() else {
      Issue.record("not killed")
      return
    }
    #expect(try #require(process.usage).maxResidentKiB > 0)
  }

  @Test("Many can wait for one worker, before and after its end")
  func manyJoins() async throws {
    let latch = Latch()
    let thread = WorkerThread { latch.wait() }
    try thread.start()
    let waiting = (0..<4).map { _ in Task { try await thread.value } }
    latch.open()
    for task in waiting { #expect(try await task.value) }
    #expect(try await thread.value)
  }

  @Test("A thread throws its own error")
  func threadThrows() async throws {
    let thread = WorkerThread { () throws -> Int in throw Complaint(about: "milk") }
    try thread.start()
    await #expect(throws: Complaint(about: "milk")) { try await thread.value }
    #expect(thread.outcome?.error as? Complaint == Complaint(about: "milk"))
  }

  @Test("A thread can't wait for its own end")
  func joinItself() async throws {
    let box = Completed()
    let thread = WorkerThread { () -> String in
      guard let own = box.thread, box.ready.wait() else { return "none" }
      do throws(PoolError) {
        try own.join(timeout: .seconds(5))
        return "joined"
      } catch {
        return "\(error.code)"
      }
    }
    box.thread = thread
    try thread.start()
    box.ready.open()
    #expect(try await thread.value == "joinsItself")
    box.thread = nil
  }

  @Test("The kernel's tools show a thread's name")
  func names() async throws {
    let thread = WorkerThread(name: "a name of more than fifteen bytes") {
      try Descriptor.open("/proc/self/task/\(OSThread.currentID)/comm").readAll()
    }
    try thread.start()
    #expect(try await thread.value == Array("a name of more \n".utf8))
    #expect(thread.name == "a name of more than fifteen bytes")
    #expect(thread.threadIdentifier != nil)
    #expect(WorkerThread {}.name.hasPrefix("Thread-"))
    #expect(WorkerProcess(input: 0) { $0 }.name.hasPrefix("Process-"))
  }

  @Test("A thread has the stack that was asked for", arguments: [16 << 20, 64 << 20])
  func stackSize(bytes: Int) async throws {
    let thread = WorkerThread(stackBytes: bytes) {
      try ThreadStackRange.ofCallingThread().addresses.count
    }
    try thread.start()
    let found = try await thread.value
    // glibc counts the guard page in (pthread_attr_getstack(3)), and may give a larger one that it has.
    #expect(found >= bytes - 8192)
  }

  @Test("An impossible stack is refused each time, and the thread does not count as started")
  func impossibleStack() {
    let thread = WorkerThread(stackBytes: 1 << 50) { 1 }
    for _ in 1...2 {
      let error = #expect(throws: PoolError.self) { try thread.start() }
      #expect(error?.code == .invalidArgument)
      #expect(!thread.isAlive)
    }
  }
}

@Sendable private func joinBlocking(
  _ worker: any Worker<Int>, _ timeout: Duration
) throws -> Bool {
  try worker.join(timeout: timeout) != nil
}

/// Lets a thread know itself.
private final class Completed: @unchecked Sendable {
  // Written before the thread reads it, which the latch orders.
  var thread: WorkerThread<String>?
  let ready = Latch()
}
