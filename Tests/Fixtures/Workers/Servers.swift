import FixtureSupport
import Glibc
import Tandem

/// The fork server: alone with itself, and killed.
enum Servers {
  static func checkThreads() async throws {
    for round in 1...5 {
      // Each is asked by a fork of it, at the moment of its work.
      let process = WorkerProcess(input: 0) { _ in status("Threads", of: "\(getppid())") }
      try process.start()
      Checks.equal("start \(round): the server has one thread", try await process.value, "1")
      Checks.that("start \(round): it was a fork", process.fallbackReason == nil)
      // Not only while the program is quiet.
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 { group.addTask { await Task.yield() } }
      }
    }
    let own = WorkerProcess(input: 0) { _ in getppid() }
    try own.start()
    Checks.that("workers are the server's children", try await own.value != getpid())
  }

  /// Starts workers that wait, each with a program of its own, and gives the server's number.
  private static func waiting(_ notice: Notice, _ count: Int) throws -> [WorkerProcess<Int32>] {
    let workers = (0..<count).map { _ in
      WorkerProcess(input: notice.path) { (path: String) -> Int32 in
        _ = startSleep()
        Notice.tell(path)
        while true { pause() }
      }
    }
    for worker in workers { try worker.start() }
    _ = notice.wait(for: count)
    return workers
  }

  private static func serverPID() async throws -> Int32 {
    let process = WorkerProcess(input: 0) { _ in getppid() }
    try process.start()
    return try await process.value
  }

  static func killed() async throws {
    let server = try await serverPID()
    let notice = Notice()
    let workers = try waiting(notice, 3)
    let clock = ContinuousClock()
    let killed = clock.now
    kill(server, SIGKILL)
    for (index, worker) in workers.enumerated() {
      let outcome = try await worker.join()
      guard case .signaled(.kill, let error) = outcome else {
        Checks.that("worker \(index)", false, "\(outcome)")
        continue
      }
      Checks.equal("worker \(index): the error", error.code, .serverLost)
      Checks.that("worker \(index): not alive", !worker.isAlive)
    }
    Checks.that("promptly", clock.now - killed < .seconds(1), "\(clock.now - killed)")
    let next = WorkerProcess(input: 21) { 2 * $0 }
    try next.start()
    Checks.equal("the next start works", try await next.value, 42)
    notice.remove()
    // What the workers had started must be gone, too: the test looks for it.
  }

  static func killedOften() async throws {
    var servers: Set<Int32> = []
    for round in 1...8 {
      let server = try await serverPID()
      Checks.that("start \(round): a new server", servers.insert(server).inserted)
      // The next start comes before anybody can have noticed.
      kill(server, SIGKILL)
    }
    do {
      _ = try await serverPID()
      Checks.that("the ninth server within 10 s is refused", false)
    } catch let error as PoolError {
      Checks.equal("the ninth server within 10 s is refused", error.code, .serverLost)
      Checks.that("with the count", error.message.contains("8 times in 10 s"), "\(error)")
    }
  }
}
