internal import Glibc

/// A thread's state, name, times and parent, from `/proc/PID/task/TID/stat` (proc_pid_stat(5)).
///
/// Fields that nothing here needs aren't parsed: every thread of a program is read many times a second.
package struct ThreadStat: Sendable, Hashable {
  /// Its state, a letter: `R` is running or runnable, `S` and `D` asleep, `T` and `t` stopped, `Z`, `X` and
  /// `x` ended.
  package var state: Unicode.Scalar
  /// Whether it's on a CPU or ready for one.
  package var isRunnable: Bool { state == "R" }
  /// Whether it's stopped by a signal or a debugger.
  package var isStopped: Bool { state == "T" || state == "t" }
  /// Whether it has ended and only its number is left, until its parent waits for it.
  package var hasEnded: Bool { state == "Z" || state == "X" || state == "x" }
  /// Whether it is about to end, or has ended: `PF_EXITING` of the kernel's `include/linux/sched.h`, which is
  /// set before the thread leaves its cgroup.
  package var isExiting: Bool
  /// Its name: at most 15 bytes, what isn't UTF-8 in them replaced by U+FFFD.
  package var name: String
  /// The number of its process's parent.
  package var parent: CInt
  /// Page faults that needed no disk.
  package var minorFaults: UInt64
  /// Time in user mode, in clock ticks (sysconf(3), `_SC_CLK_TCK`).
  package var userTicks: UInt64
  /// Time in the kernel, in clock ticks.
  package var systemTicks: UInt64
  /// When it began, in clock ticks since boot; together with its number, this identifies the thread.
  package var startTicks: UInt64

  /// Clock ticks in a second (sysconf(3), `_SC_CLK_TCK`).
  package static let ticksPerSecond = max(1, Int(sysconf(CInt(_SC_CLK_TCK))))

  /// Parses the file's text.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: Span<UInt8>) {
    guard let (name, end) = Self.name(in: bytes) else { return nil }
    self.name = name
    var position = end
    ASCIIScan.skipBlanks(bytes, at: &position)
    // Upper and lower case differ in this bit only.
    guard position < bytes.count,
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position] | 0x20)
    else { return nil }
    state = Unicode.Scalar(bytes[position])
    position += 1
    // Fields are numbered as in proc_pid_stat(5): the state is number 3.
    guard
      let parent = ASCIIScan.integer(bytes, at: &position).flatMap({ CInt(exactly: $0) }),
      let flags = Self.field(8 - 4, further: bytes, at: &position),
      let faults = Self.field(0, further: bytes, at: &position),
      let user = Self.field(13 - 10, further: bytes, at: &position),
      let system = Self.field(0, further: bytes, at: &position),
      let start = Self.field(21 - 15, further: bytes, at: &position)
    else { return nil }
    self.parent = parent
    isExiting = flags & 0x4 != 0
    minorFaults = faults
    (userTicks, systemTicks, startTicks) = (user, system, start)
  }

  /// The name in the file's text, and where it ends.
  ///
  /// It may hold anything, also brackets and blanks: it ends at the *last* closing bracket.
  ///
  /// - Parameter bytes: the text.
  /// - Returns: the name, and the position behind its bracket; nil when there is none.
  static func name(in bytes: Span<UInt8>) -> (name: String, end: Int)? {
    var opening = 0
    while opening < bytes.count, bytes[opening] != UInt8(ascii: "(") { opening += 1 }
    var closing = bytes.count - 1
    while closing > opening, bytes[closing] != UInt8(ascii: ")") { closing -= 1 }
    guard closing > opening else { return nil }
    return (String(decoding: bytes.extracting((opening + 1)..<closing)), closing + 1)
  }

  /// Reads a number that comes after so many fields that aren't kept, whatever they hold.
  private static func field(
    _ skipped: Int, further bytes: Span<UInt8>, at position: inout Int
  ) -> UInt64? {
    for _ in 0..<skipped {
      ASCIIScan.skipBlanks(bytes, at: &position)
      while position < bytes.count, bytes[position] > 0x20 { position += 1 }
    }
    return ASCIIScan.unsigned(bytes, at: &position)
  }

  /// Reads the file of a thread.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: the figures.
  /// - Throws: `ENOENT` or `ESRCH` when the thread has ended, or another error number of open(2) or
  ///   read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ tid: CInt, of pid: CInt) throws(Errno) -> ThreadStat {
    try ProcPath("/stat", of: tid, in: pid).parsed { ThreadStat($0) }
  }
}
