internal import CTandemShims
internal import Glibc

/// Counts the instructions and cycles of a program and of all that it starts, on the user's side, by
/// the CPU's own counters (perf_event_open(2)).
///
/// An ordinary user may count while `kernel.perf_event_paranoid` is at most 2. Many virtual machines have no such
/// counters: `ENOENT`.
package struct CPUCounters: ~Copyable {
  /// What is counted.
  package struct Events: Sendable, Hashable {
    /// An event's number for the kernel's side.
    let instructions, cycles: CInt

    /// The CPU's own counters.
    package static let hardware = Events(
      instructions: CInt(TANDEM_PERF_INSTRUCTIONS), cycles: CInt(TANDEM_PERF_CYCLES))

    /// What the kernel counts on every machine, to try out the counting where the CPU has no counters.
    ///
    /// Page faults stand in for instructions, and nanoseconds on a CPU for cycles.
    package static let software = Events(
      instructions: CInt(TANDEM_PERF_PAGE_FAULTS), cycles: CInt(TANDEM_PERF_TASK_CLOCK))
  }

  /// What was counted.
  package struct Counts: Sendable, Hashable {
    /// Instructions that were retired.
    package var instructions: Double
    /// Cycles of the CPUs.
    package var cycles: Double

    /// Makes counts.
    package init(instructions: Double, cycles: Double) {
      self.instructions = instructions
      self.cycles = cycles
    }
  }

  private let instructions: Descriptor
  private let cycles: Descriptor

  /// Opens the counters of a held program, which count from its exec on.
  ///
  /// - Parameters:
  ///   - pid: the program, which hasn't executed its file yet.
  ///   - events: what to count.
  /// - Returns: the counters.
  /// - Throws: `ENOENT` or `EOPNOTSUPP` where the machine has no such counters, `EACCES` or `EPERM` where
  ///   the kernel or a container's filter forbids them.
  package static func ofNextExec(
    of pid: CInt, events: Events = .hardware
  ) throws(Errno) -> CPUCounters {
    let instructions = try open(pid, events.instructions, fromExec: true)
    let cycles = try open(pid, events.cycles, fromExec: true)
    return CPUCounters(instructions: instructions, cycles: cycles)
  }

  private init(instructions: consuming Descriptor, cycles: consuming Descriptor) {
    self.instructions = instructions
    self.cycles = cycles
  }

  /// What was counted so far: of ended threads and children everything, and of running ones up to now.
  ///
  /// Where more events want a counter than there are, each has it for a part of the time, and the rest
  /// is assumed to have gone alike.
  ///
  /// - Returns: the counts; nil when either of them never had a counter, or counted nothing.
  package func read() -> Counts? {
    guard let instructions = Self.count(instructions), let cycles = Self.count(cycles) else {
      return nil
    }
    return Counts(instructions: instructions, cycles: cycles)
  }

  /// Tries it: counts what the calling thread executes meanwhile.
  ///
  /// - Throws: as `ofNextExec`; `ENODATA` where the counters can be opened and count nothing.
  package static func tryCounting() throws(Errno) {
    for event in [CInt(TANDEM_PERF_INSTRUCTIONS), CInt(TANDEM_PERF_CYCLES)] {
      let counter = try open(0, event, fromExec: false)
      guard count(counter) != nil else { throw .noData }
    }
  }

  /// A count as read(2) gives it, for all of the time in which it was enabled.
  ///
  /// - Parameters:
  ///   - value: what was counted.
  ///   - enabledNS: how long the event was enabled, in nanoseconds.
  ///   - runningNS: how long it had a counter, in nanoseconds.
  /// - Returns: the count; nil when there was nothing to count with, or nothing was counted.
  static func scaled(_ value: UInt64, enabledNS: UInt64, runningNS: UInt64) -> Double? {
    guard value > 0, runningNS > 0 else { return nil }
    return Double(value) * max(1, Double(enabledNS) / Double(runningNS))
  }

  private static func open(
    _ pid: CInt, _ event: CInt, fromExec: Bool
  ) throws(Errno) -> Descriptor {
    Descriptor(
      owning: try Syscall.check { tandem_perf_count(pid, event, fromExec ? 1 : 0) })
  }

  private static func count(_ counter: borrowing Descriptor) -> Double? {
    var words: (value: UInt64, enabled: UInt64, running: UInt64) = (0, 0, 0)
    let number = counter.rawValue
    let size = unsafe withUnsafeMutableBytes(of: &words) { bytes in
      // SAFETY: at most three words are written to three words.
      unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
    }
    guard size == MemoryLayout.size(ofValue: words) else { return nil }
    return scaled(words.value, enabledNS: words.enabled, runningNS: words.running)
  }
}
