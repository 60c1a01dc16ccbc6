/// What the kernel has accounted to a process, all its threads and the children that it has waited for, from
/// `/proc/PID/stat` (proc_pid_stat(5)).
package struct ProcessAccount: Sendable, Hashable {
  /// Its name: at most 15 bytes, what isn't UTF-8 in them replaced by U+FFFD.
  package var name: String
  /// The number of its parent.
  package var parent: CInt
  /// Whether it is a thread of the kernel: `PF_KTHREAD` of the kernel's `include/linux/sched.h`.
  package var isKernelThread: Bool
  /// Whether it has ended, and only its number is left until its parent waits for it.
  package var hasEnded: Bool
  /// CPU time of its threads, in clock ticks (sysconf(3), `_SC_CLK_TCK`).
  package var ticks: UInt64
  /// CPU time of the children that it has waited for, and of theirs, in clock ticks.
  package var childTicks: UInt64
  /// When it began, in clock ticks since boot; together with its number, this identifies it.
  package var startTicks: UInt64

  /// Makes a value.
  package init(
    name: String, parent: CInt, isKernelThread: Bool = false, hasEnded: Bool = false,
    ticks: UInt64 = 0, childTicks: UInt64 = 0, startTicks: UInt64 = 0
  ) {
    self.name = name
    self.parent = parent
    self.isKernelThread = isKernelThread
    self.hasEnded = hasEnded
    self.ticks = ticks
    self.childTicks = childTicks
    self.startTicks = startTicks
  }

  /// Parses the file's text.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: Span<UInt8>) {
    guard let (name, end) = ThreadStat.name(in: bytes) else { return nil }
    var position = end
    ASCIIScan.skipBlanks(bytes, at: &position)
    guard position < bytes.count else { return nil }
    let state = Unicode.Scalar(bytes[position])
    position += 1
    // From the parent, field 4, to the start, field 22.
    var fields: [Int] = []
    while fields.count < 19 {
      guard let value = ASCIIScan.integer(bytes, at: &position) else { return nil }
      fields.append(value)
    }
    func field(_ number: Int) -> Int { fields[number - 4] }
    guard let parent = CInt(exactly: field(4)), let start = UInt64(exactly: field(22)) else {
      return nil
    }
    let own = UInt64(clamping: field(14)) &+ UInt64(clamping: field(15))
    let children = UInt64(clamping: field(16)) &+ UInt64(clamping: field(17))
    self.init(
      name: name, parent: parent,
      isKernelThread: field(9) & 0x0020_0000 != 0, hasEnded: state == "Z" || state == "X",
      ticks: own, childTicks: children, startTicks: start)
  }

  /// Reads the file of a process.
  ///
  /// - Parameter pid: the process.
  /// - Returns: the figures.
  /// - Throws: `ENOENT` or `ESRCH` when the process is gone, or another error number of open(2) or read(2);
  ///   `EBADMSG` when it isn't such a file.
  package static func read(_ pid: CInt) throws(Errno) -> ProcessAccount {
    try ProcPath("/stat", of: pid).parsed { ProcessAccount($0) }
  }
}
