/// One thread or process as `/proc/PID/stat` tells it (proc_pid_stat(5)).
package struct ProcStat: Sendable, Hashable {
  /// The thread's or process's number.
  package var pid: CInt
  /// Its name, up to 15 bytes, which may hold anything: blanks, brackets, line ends.
  package var command: String
  /// What it's doing, a letter: `R` is running or runnable, `S` and `D` asleep, `Z` ended.
  package var state: Unicode.Scalar
  /// Its parent's number.
  package var parent: CInt
  /// The number of its process group.
  package var processGroup: CInt
  /// Time in user mode, in clock ticks (sysconf(3), `_SC_CLK_TCK`).
  package var userTicks: UInt64
  /// Time in the kernel, in clock ticks.
  package var systemTicks: UInt64
  /// When it began, in clock ticks since the machine was started: with `pid`, its identity.
  package var startTicks: UInt64
  /// The CPU that it last ran on; nil when the line is too short to tell.
  package var processor: Int?

  /// Parses the file's text.
  ///
  /// The name is what stands between the *first* opening and the *last* closing bracket: a name
  /// such as `a) R 1 (` would else move every field behind it.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: [UInt8]) {
    var position = 0
    guard let pid = ASCIIScan.integer(bytes.span, at: &position),
      let pid = CInt(exactly: pid),
      let opening = bytes.firstIndex(of: UInt8(ascii: "(")), opening >= position,
      let closing = bytes.lastIndex(of: UInt8(ascii: ")")), closing > opening
    else { return nil }
    self.pid = pid
    self.command = String(decoding: bytes[(opening + 1)..<closing], as: UTF8.self)

    position = closing + 1
    ASCIIScan.skipBlanks(bytes.span, at: &position)
    guard position < bytes.count, Unicode.Scalar(bytes[position]).properties.isAlphabetic
    else { return nil }
    self.state = Unicode.Scalar(bytes[position])
    position += 1

    // Fields are numbered as in proc_pid_stat(5): the state is number 3.
    var fields: [Int: UInt64] = [:]
    var parent: CInt?
    var processGroup: CInt?
    for field in 4...39 {
      switch field {
      case 4: parent = ASCIIScan.integer(bytes.span, at: &position).flatMap { CInt(exactly: $0) }
      case 5:
        processGroup = ASCIIScan.integer(bytes.span, at: &position).flatMap { CInt(exactly: $0) }
      case 14, 15, 22, 39:
        fields[field] = ASCIIScan.unsigned(bytes.span, at: &position)
      default: Self.skipField(bytes.span, at: &position)
      }
    }
    guard let parent, let processGroup, let user = fields[14], let system = fields[15],
      let start = fields[22]
    else { return nil }
    self.parent = parent
    self.processGroup = processGroup
    self.userTicks = user
    self.systemTicks = system
    self.startTicks = start
    self.processor = fields[39].flatMap { Int(exactly: $0) }
  }

  /// Moves over a field that isn't kept, whatever it holds.
  private static func skipField(_ bytes: Span<UInt8>, at position: inout Int) {
    ASCIIScan.skipBlanks(bytes, at: &position)
    while position < bytes.count, bytes[position] > 0x20 { position += 1 }
  }

  /// Reads the file of a thread or process.
  ///
  /// - Parameter subject: whose file.
  /// - Returns: the figures.
  /// - Throws: the error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ subject: ProcSubject) throws(Errno) -> ProcStat {
    try ProcFile.parsed(subject.path("stat"), ProcStat.init)
  }
}
