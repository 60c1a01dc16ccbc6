import FixtureSupport
import Glibc
import Synchronization
import Tandem

/// How the program's own end, its signals and its waiting for children go together with pools.
enum Ends {
  static func exitWithWork() async throws {
    let notice = Notice()
    let processes = try ProcessPool(workers: 2)
    let threads = try ThreadPool(workers: 1)
    for _ in 0..<6 { try processes.submit(notice.path) { waitForEver($0) } }
    for _ in 0..<3 { try threads.submit(notice.path) { waitForEver($0) } }
    notice.wait(for: 3)
    notice.remove()
    exit(7)
  }

  static func programKilled() async throws {
    let notice = Notice()
    let kept = Mutex<ProcessPool?>(nil)
    try await WorkerThread.finished {
      let pool = try ProcessPool(workers: 3)
      for _ in 0..<5 { try pool.submit(notice.path) { waitForEver($0) } }
      kept.withLock { $0 = pool }
    }
    notice.wait(for: 3)
    notice.remove()
    let running = OwnSession.processes
    Checks.that("its server and three workers run", running >= 5, "\(running) processes")
    kill(getpid(), SIGKILL)
  }

  static func interrupted() async throws {
    let notice = Notice()
    let pool = try ProcessPool(workers: 2)
    _ = try await pool.run(1) { $0 }
    signal(SIGINT, SIG_IGN)
    // As the terminal does it: to the foreground group.
    kill(0, SIGINT)
    Checks.equal(
      "workers work on while the program ignores it", try await pool.map(0..<50) { $0 }.count, 50)
    for _ in 0..<2 { try pool.submit(notice.path) { waitForEver($0) } }
    notice.wait(for: 2)
    notice.remove()
    signal(SIGINT, SIG_DFL)
    kill(0, SIGINT)
    while true { pause() }
  }

  static func whileTheProgramWaits() async throws {
    let pool = try ProcessPool(workers: 2)
    Checks.equal("before", try await pool.run(21) { 2 * $0 }, 42)
    let taken = Taken()
    try WorkerThread(isDaemon: true) {
      var status: Int32 = 0
      while case let pid = waitpid(-1, &status, 0), pid > 0 {
        taken.pids.withLock { $0.append(pid) }
      }
    }.start()
    for code in [3, 9] as [Int32] {
      do {
        _ = try await pool.run(code) { code -> Int in exit(code) }
        Checks.that("exit code \(code)", false)
      } catch {
        Checks.equal("exit code \(code)", (error as? PoolError)?.crash?.exitCode, code)
      }
    }
    Checks.equal("afterwards", try await pool.map(0..<20) { $0 }, Array(0..<20))
    Checks.equal("nothing was stolen", taken.pids.withLock { $0 }, [])
    await pool.shutdown()
    // The program's own child is left to the program.
    let own = Spawned.child()
    var status: Int32 = 0
    let reaped = waitpid(own, &status, 0)
    Checks.that(
      "the program's child is its own",
      reaped == own || taken.pids.withLock { $0.contains(own) } || errno == ECHILD)
  }

  private final class Taken: Sendable {
    let pids = Mutex<[Int32]>([])
  }
}

enum Spawned {
  /// A child of the program that ends at once.
  static func child() -> pid_t {
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { arguments.forEach { free($0) } }
    return posix_spawn(&pid, "/bin/true", nil, nil, &arguments, nil) == 0 ? pid : -1
  }
}

extension WorkerThread where Output == Void {
  /// Runs a closure in a thread, and waits for its end.
  static func finished(_ body: @escaping @Sendable () throws -> Void) async throws {
    let thread = WorkerThread(body: body)
    try thread.start()
    try await thread.value
  }
}
