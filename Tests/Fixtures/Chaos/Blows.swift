import CTandemShims
import Glibc
import Synchronization
import Tandem
import TandemSystem

/// Kills and stops workers of a pool, and kills its fork server, one after the other until told to end, or until
/// the time is over.
final class Blows: Sendable {
  struct Counts {
    var killed = 0
    var stopped = 0
    var serversKilled = 0
    /// Stopped workers that were still there when they were to go on.
    var continued = 0
    /// Processes that were gone, or no longer workers, when they were about to be signalled.
    var missed = 0
  }

  private struct Stopped {
    var worker: Int32
    var process: CInt
    var until: UInt64
  }

  private let pool: ProcessPool
  private let counts = Mutex(Counts())
  private let isOver = Atomic(false)
  private let sparesServer = Atomic(false)
  /// For how long workers are stopped, in nanoseconds.
  private let pause: UInt64
  /// For how long blows are dealt, in nanoseconds.
  ///
  /// On a machine that is busy with other things workers may be killed faster than they can be started. What is left
  /// then is done afterwards; work that had to wait for the blows' end, and they for its, would never end.
  private let span: UInt64
  private let seed: UInt64

  init(on pool: ProcessPool, stoppingFor pause: Duration, over span: Duration, seed: UInt64) {
    self.pool = pool
    self.seed = seed
    self.pause = UInt64(pause / .nanoseconds(1))
    self.span = UInt64(span / .nanoseconds(1))
  }

  var now: Counts { counts.withLock { $0 } }
  /// No more servers are killed.
  func spareServer() { sparesServer.store(true, ordering: .relaxed) }
  func end() { isOver.store(true, ordering: .relaxed) }

  /// Deals blows until `end`.
  func run() {
    var dice = SplitMix64(seed: seed)
    var stopped: [Stopped] = []
    // Eight starts of the server within ten seconds are allowed.
    let betweenServers: UInt64 = 1_900_000_000
    let begun = monotonicNow()
    var nextServer = begun + betweenServers
    while !isOver.load(ordering: .relaxed), monotonicNow() - begun < span {
      // Longer at times, so that some work gets done too.
      usleep(UInt32.random(in: 1_000...(dice.next() % 8 == 0 ? 60_000 : 16_000), using: &dice))
      goOn(&stopped, all: false)
      // A stopped worker is left alone, so that it meets its tasks' timeouts.
      let spared = Set(stopped.map(\.worker))
      let workers = pool.statistics.workers.filter { worker in
        worker.systemIdentifier.map { !spared.contains($0) } ?? false
      }
      guard let worker = workers.randomElement(using: &dice)?.systemIdentifier else { continue }
      if monotonicNow() >= nextServer, !sparesServer.load(ordering: .relaxed) {
        nextServer = monotonicNow() + betweenServers
        killServer(of: worker)
      } else if dice.next() % 4 == 0 {
        // Better one that is at work.
        let busy = workers.filter { $0.withWorker > 0 }.randomElement(using: &dice)
        stop(busy?.systemIdentifier ?? worker, &stopped)
      } else {
        strike(worker, SIGKILL) { $0.killed += 1 }.map { _ = close($0) }
      }
    }
    goOn(&stopped, all: true)
  }

  private func killServer(of worker: Int32) {
    let server = ProcessFigures.parent(of: worker)
    guard let process = Self.open(server) else { return miss() }
    defer { close(process) }
    // The process that the descriptor stands for is this program's child, so it is the server.
    guard ProcessFigures.parent(of: server) == getpid(), Self.send(SIGKILL, to: process) else {
      return miss()
    }
    counts.withLock { $0.serversKilled += 1 }
  }

  private func stop(_ worker: Int32, _ stopped: inout [Stopped]) {
    guard let process = strike(worker, SIGSTOP, { $0.stopped += 1 }) else { return }
    stopped.append(Stopped(worker: worker, process: process, until: monotonicNow() + pause))
  }

  /// Lets workers go on whose time is over.
  private func goOn(_ stopped: inout [Stopped], all: Bool) {
    let now = monotonicNow()
    stopped.removeAll { one in
      guard all || now >= one.until else { return false }
      if Self.send(SIGCONT, to: one.process) { counts.withLock { $0.continued += 1 } }
      close(one.process)
      return true
    }
  }

  /// Signals a worker if it still is one.
  ///
  /// The descriptor keeps standing for the process that had the number when it was opened, so a number
  /// that is given to another process afterwards does no harm.
  private func strike(
    _ worker: Int32, _ signal: Int32, _ count: (inout Counts) -> Void
  ) -> CInt? {
    guard let process = Self.open(worker) else {
      miss()
      return nil
    }
    let server = ProcessFigures.parent(of: worker)
    guard server > 1, ProcessFigures.parent(of: server) == getpid(),
      Self.send(signal, to: process)
    else {
      close(process)
      miss()
      return nil
    }
    counts.withLock { count(&$0) }
    return process
  }

  private func miss() { counts.withLock { $0.missed += 1 } }

  /// pidfd_open(2).
  private static func open(_ process: Int32) -> CInt? {
    guard process > 1 else { return nil }
    let number = tandem_system_call(434, CLong(process), 0, 0, 0, 0, 0)
    return number < 0 ? nil : CInt(number)
  }

  /// pidfd_send_signal(2).
  private static func send(_ signal: Int32, to process: CInt) -> Bool {
    tandem_system_call(424, CLong(process), CLong(signal), 0, 0, 0, 0) == 0
  }
}

/// Nanoseconds of CLOCK_MONOTONIC.
func monotonicNow() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
