import FixtureSupport
import Glibc
import Synchronization
import Tandem

/// How the program's own end, and its waiting for children, go together with workers.
enum Ends {
  /// The program waits for any child, as many programs do.
  static func whileTheProgramWaits() async throws {
    // From here on there is a child to wait for: the server.
    let first = WorkerProcess(input: 21) { 2 * $0 }
    try first.start()
    Checks.equal("before", try await first.value, 42)

    let taken = Taken()
    try WorkerThread(isDaemon: true) {
      var status: Int32 = 0
      while case let pid = waitpid(-1, &status, 0), pid > 0 {
        taken.pids.withLock { $0.append(pid) }
      }
    }.start()
    for code in [3, 9] as [Int32] {
      let process = WorkerProcess(input: code) { exit($0) }
      try process.start()
      guard case .exited(code, _) = try await process.join() else {
        Checks.that("exit code \(code)", false)
        continue
      }
      Checks.that("exit code \(code)", true)
    }
    let crashing = WorkerProcess(input: SIGUSR1) { raise($0) }
    try crashing.start()
    guard case .signaled(.user1, _) = try await crashing.join() else {
      Checks.that("a signal", false)
      return
    }
    Checks.that("a signal", true)
    Checks.equal("nothing was stolen", taken.pids.withLock { $0 }, [])

    // The program's loop takes the server's end; that is fine, too.
    let ppid = WorkerProcess(input: 0) { _ in getppid() }
    try ppid.start()
    let server = try await ppid.value
    kill(server, SIGKILL)
    let next = WorkerProcess(input: 21) { 2 * $0 }
    try next.start()
    Checks.equal("after the server's end", try await next.value, 42)
  }

  private final class Taken: Sendable {
    let pids = Mutex<[Int32]>([])
  }

  /// The program is killed while its workers run, after the end of the thread that started them.
  static func ofTheProgram() async throws {
    let notice = Notice()
    let starter = WorkerThread {
      for _ in 0..<3 {
        try WorkerProcess(input: notice.path) { (path: String) -> Int in
          _ = startSleep()
          Notice.tell(path)
          while true { pause() }
        }.start()
      }
      try WorkerProcess(startMethod: .spawn, input: notice.path) { (path: String) -> Int in
        signal(SIGTERM, SIG_IGN)
        Notice.tell(path)
        while true { pause() }
      }.start()
    }
    try starter.start()
    try await starter.value
    _ = notice.wait(for: 4)
    notice.remove()
    // The program, its server, four workers, and what three of them have started.
    let running = OwnSession.processes
    Checks.that("four workers run", running >= 9, "\(running) processes")
    kill(getpid(), SIGKILL)
  }

  static func exitWaits() throws {
    try WorkerProcess(input: 200_000) { microseconds in
      usleep(UInt32(microseconds))
      Checks.that("the process ends", true)
      return 0
    }.start()
    try WorkerThread {
      usleep(100_000)
      Checks.that("the thread ends", true)
    }.start()
    Checks.that("main ends", true)
  }

  /// Nobody keeps the workers: each new one may lie where an earlier one lay.
  static func exitWaitsForForgotten() throws {
    for number in 1...6 {
      try WorkerProcess(input: number) { number in
        usleep(UInt32(30_000 * (7 - number)))
        Checks.that("process \(number) ends", true)
        return 0
      }.start()
    }
  }

  static func exitEndsDaemons() throws {
    let notice = Notice()
    try WorkerProcess(isDaemon: true, input: notice.path) { (path: String) -> Int in
      _ = startSleep()
      Notice.tell(path)
      while true { pause() }
    }.start()
    try WorkerThread(isDaemon: true) { while true { pause() } }.start()
    _ = notice.wait(for: 1)
    notice.remove()
    Checks.that("main ends", true)
  }
}
