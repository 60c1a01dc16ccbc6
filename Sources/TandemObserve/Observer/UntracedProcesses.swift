import TandemSystem

/// Processes that go on although the kernel records no more of them.
///
/// When a process gains rights by an exec (a set-user-ID program), or executes a file that may not be
/// read, the kernel takes away the events that follow it, and records its end (fs/exec.c,
/// `begin_new_exec`). So who ends right after an exec is looked for in `/proc`.
struct UntracedProcesses {
  /// The program's first process.
  let mainPID: Int32
  /// Whether it is among them.
  private(set) var isMainUntraced = false
  /// What they execute, some of them.
  private(set) var names: [String] = []

  private static let mostNames = 8
  private static let mostDoubts = 1_000
  /// From the record of an exec to that of the end it is microseconds, unless the thread has to wait for
  /// a CPU in between.
  private static let mostBetweenNS: UInt64 = 3_000_000
  /// A process that really ends is gone by then, or has ended as far as `/proc` is concerned.
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

  /// Looks for those that should have ended.
  mutating func check(nowNS: UInt64) {
    for (pid, since) in doubts where nowNS &- min(since, nowNS) >= Self.patienceNS {
      doubts[pid] = nil
      guard let stat = try? ThreadStat.read(pid, of: pid), !stat.hasEnded else { continue }
      if pid == mainPID { isMainUntraced = true }
      if names.count < Self.mostNames { names.append("\(stat.name) (\(pid))") }
    }
  }
}
