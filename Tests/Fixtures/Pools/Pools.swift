// What a program and its pools do to each other. Each command is a run of its own, because each changes
// the program: its limits, its descriptors, its signals, or its life.

import FixtureSupport
import Glibc
import Synchronization
import Tandem

@main
struct Pools {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "exit-with-work": try await Ends.exitWithWork()
    case "program-killed": try await Ends.programKilled()
    case "interrupted": try await Ends.interrupted()
    case "dropped": try await Leaks.dropped()
    case "waiting-program": try await Ends.whileTheProgramWaits()
    case "few-descriptors": try await Leaks.fewDescriptors()
    case "descriptors": try await Leaks.descriptors()
    case "nested": try await Nesting.check()
    case "signal-storm": try await Storm.check()
    default: Checks.that("a command", false, "\(CommandLine.arguments)")
    }
    Checks.end()
  }
}

/// Runs until it is killed.
@Sendable func waitForEver(_ path: String) -> Int {
  Notice.tell(path)
  while true { pause() }
}

/// A named pipe, through which workers tell that they have got somewhere.
struct Notice: Sendable {
  let path: String
  private let descriptor: Int32

  init() {
    path = "/tmp/tandem-fixture-\(getpid())-\(Int.random(in: 0..<1 << 40))"
    _ = mkfifo(path, 0o600)
    // Open for both, so that opening waits for nobody.
    descriptor = open(path, O_RDWR | O_CLOEXEC)
  }

  /// Waits for so many tellers.
  func wait(for count: Int) {
    var left = count
    var bytes = [UInt8](repeating: 0, count: 64)
    while left > 0 {
      let got = read(descriptor, &bytes, min(left, bytes.count))
      if got > 0 { left -= got } else if errno != EINTR { return }
    }
  }

  func remove() {
    close(descriptor)
    unlink(path)
  }

  /// Tells, from another process.
  static func tell(_ path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    var byte: UInt8 = 1
    _ = write(descriptor, &byte, 1)
    close(descriptor)
  }
}

/// Work that makes a pool for the same work, one deeper.
struct Deeper: WorkerTask {
  var depth: Int

  func run() async throws -> Int {
    let pool: ProcessPool
    do throws(PoolError) {
      pool = try ProcessPool(workers: 1)
      _ = try pool.submit(0) { $0 }
    } catch {
      guard error.code == .tooDeep else { throw error }
      return depth
    }
    let deepest = try await pool.run(Deeper(depth: depth + 1))
    await pool.shutdown(.killNow)
    return deepest
  }
}

enum Nesting {
  static func check() async throws {
    let pool = try ProcessPool(workers: 1)
    let inner = try await pool.run(20) { number async throws in
      try await ProcessPool.with(workers: 1) { pool in try await pool.run(number) { $0 + 1 } }
    }
    Checks.equal("a pool in a worker", inner, 21)
    let depth = try await pool.run(Deeper(depth: 1))
    Checks.that("bounded in depth", depth > 1 && depth < 10, "\(depth)")
    await pool.shutdown()
  }
}

enum Storm {
  static func check() async throws {
    let pool = try ProcessPool(workers: 2)
    let threads = try ThreadPool(workers: 2)
    _ = try await pool.run(1) { $0 }
    // Every wait of the program is interrupted again and again; the handler restarts no call.
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGALRM, &action, nil)
    var timer = itimerval(
      it_interval: timeval(tv_sec: 0, tv_usec: 300), it_value: timeval(tv_sec: 0, tv_usec: 300))
    setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    let processes = try await pool.map(0..<3000, .batches(of: 1)) { $0 + 1 }
    Checks.that("processes", processes == Array(1...3000))
    let bytes = [UInt8](repeating: 9, count: 8 << 20)
    Checks.that("a large message", try await pool.run(bytes) { $0 } == bytes)
    let squares = try await threads.map(0..<3000, .batches(of: 1)) { $0 * $0 }
    Checks.that("threads", squares == (0..<3000).map { $0 * $0 })
    timer = itimerval()
    setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    await pool.shutdown()
    await threads.shutdown()
  }
}
