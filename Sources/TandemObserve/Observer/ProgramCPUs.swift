package import TandemSystem

/// The CPUs that a program can use.
///
/// They can differ from the observer's: the program may run in another cgroup, be bound to some CPUs
/// (taskset(1)), or be moved. They are read of its first process: soon after its start, when it executes
/// another program, and then about once a second. CPUs that the program itself gives up (`CPUMasks`) are
/// still CPUs that it could use.
package struct ProgramCPUs {
  /// The CPUs as last read.
  package private(set) var now: CPUs
  /// The numbers of those that the process was given; empty when they can't be read.
  package private(set) var numbers: [Int]
  /// The time throttled by a quota since the beginning of the observation, in nanoseconds summed over
  /// CPUs; nil without a quota, or when it can't be read.
  package private(set) var throttledNS: UInt64?

  private let pid: CInt
  private let beganNS: UInt64
  private let root: String
  private var nextNS: UInt64 = 0
  /// The throttled time of the current quota when last read.
  private var before: UInt64?

  /// A change within this time counts from the beginning: launchers bind themselves to CPUs and then
  /// execute the program.
  private static let settlingNS: UInt64 = 100_000_000
  private static let everyNS: UInt64 = 1_000_000_000

  /// Reads them for the first time.
  ///
  /// - Parameters:
  ///   - pid: the program's first process.
  ///   - nowNS: the time.
  ///   - root: the folder that holds `proc` and `sys`; another one than `/` is for tests.
  package init(of pid: CInt, nowNS: UInt64, root: String = "/") {
    self.pid = pid
    self.root = root
    beganNS = nowNS
    now = (try? CPUs.read(of: pid, root: root)) ?? CPUs.read(root: root)
    numbers = (try? CPUs.allowedNumbers(of: pid)) ?? []
    before = now.quota?.throttling()?.throttledNS
    if before != nil { throttledNS = 0 }
    nextNS = nowNS + Self.settlingNS / 16
  }

  /// Reads them again, if due.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - isDue: whether it is due in any case, since another program was executed.
  ///   - isOwnDoing: whether the program itself has given up CPUs when it has fewer than before.
  /// - Returns: the number of CPUs, and whether it held from the beginning; nil when it is the same.
  package mutating func update(
    nowNS: UInt64, isDue: Bool = false, isOwnDoing: Bool = false
  ) -> (cpus: Double, always: Bool)? {
    guard isDue || nowNS >= nextNS else { return nil }
    let age = nowNS &- min(nowNS, beganNS)
    nextNS = nowNS + (age < Self.settlingNS ? max(age, Self.settlingNS / 16) : Self.everyNS)
    readThrottling()
    // After the end, the last numbers stay: a process that ends is moved to the root cgroup, which has no
    // quota, before it is a zombie. So what was read counts only if the process is still there afterwards.
    guard var read = try? CPUs.read(of: pid, root: root),
      let allowed = try? CPUs.allowedNumbers(of: pid),
      let stat = try? ThreadStat.read(pid, of: pid), !stat.isExiting
    else { return nil }
    if isOwnDoing, !isDue, Set(allowed).isSubset(of: numbers) {
      read.allowed = now.allowed
    } else {
      numbers = allowed
    }
    guard read != now else { return nil }
    let effective = now.effective
    if read.quota?.directory != now.quota?.directory {
      before = read.quota?.throttling()?.throttledNS
      if before != nil, throttledNS == nil { throttledNS = 0 }
    }
    now = read
    guard read.effective != effective else { return nil }
    return (Double(read.effective), age < Self.settlingNS)
  }

  /// Adds the time that the current quota has throttled since the last call.
  package mutating func readThrottling() {
    guard let last = before, let stopped = now.quota?.throttling()?.throttledNS else { return }
    throttledNS = (throttledNS ?? 0) + (stopped &- min(last, stopped))
    before = stopped
  }
}
