import TandemSystem

/// Processes that still run although the kernel no longer records them.
///
/// When a process gains rights by an exec (a set-user-ID program), or executes a file that it can't
/// read, the kernel removes the events that follow it and records its end (fs/exec.c,
/// `begin_new_exec`). So a process that ends right after an exec is searched for in `/proc`.
struct UntracedProcesses {
  /// The program's first process.
  let mainPID: Int32
  /// Whether it is among them.
  private(set) var isMainUntraced = false
  /// Names of some of them.
  private(set) var names: [String] = []

  private static let mostNames = 8
  private static let mostDoubts = 1_000
  /// The record of the end follows that of the exec within microseconds, unless the thread has to wait
  /// for a CPU in between.
  private static let mostBetweenNS: UInt64 = 3_000_000
  /// After this time, `/proc` shows a process that has really ended as ended, or not at all.
  private static let patienceNS: UInt64 = 10_000_000

  private var executed: [Int32: UInt64] = [:]
  private var doubts: [Int32: UInt64] = [:]

  init(mainPID: Int32) { self.mainPID = mainPID }

  mutating func note(_ record: PerfRecord) {
    switch record.kind {
    case .named(_, isExec: true):
      if executed.count >= Self.mostDoubts { executed = [:] }
      executed[record.pid] = record.timeNS
    case .exited:
      guard let time = executed.removeValue(forKey: record.tid),
        record.timeNS &- min(time, record.timeNS) < Self.mostBetweenNS,
        doubts.count < Self.mostDoubts
      else { return }
      doubts[record.tid] = record.timeNS
    default: break
    }
  }

  /// Searches `/proc` for processes that should have ended.
  mutating func check(nowNS: UInt64) {
    for (pid, since) in doubts where nowNS &- min(since, nowNS) >= Self.patienceNS {
      doubts[pid] = nil
      guard let stat = try? ThreadStat.read(pid, of: pid), !stat.hasEnded else { continue }
      if pid == mainPID { isMainUntraced = true }
      if names.count < Self.mostNames { names.append("\(stat.name) (\(pid))") }
    }
  }
}
