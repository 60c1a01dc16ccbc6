/// One thread or process from `/proc/PID/status` (proc_pid_status(5)).
///
/// What a kernel doesn't write, or writes only for some threads, is nil: kernel threads have no
/// memory, and a kernel without `CONFIG_SECCOMP` has no such line.
package struct ProcStatus: Sendable, Hashable {
  /// Whether system calls are filtered (proc_pid_status(5), `Seccomp`).
  package enum SeccompMode: UInt64, Sendable {
    /// All system calls are allowed.
    case disabled = 0
    /// Only read, write and exit.
    case strict = 1
    /// A filter decides: what containers have.
    case filter = 2
  }

  /// Its name, up to 15 bytes for threads of programs.
  package var name: String
  /// Its number.
  package var pid: CInt
  /// Its parent's number.
  package var parent: CInt?
  /// The bits that files made by it don't get.
  package var umask: UInt64?
  /// The largest resident set so far, in KiB, of the whole process.
  package var peakResidentKiB: Int?
  /// The resident set now, in KiB, of the whole process.
  package var residentKiB: Int?
  /// Page tables, in KiB, of the whole process.
  package var pageTablesKiB: Int?
  /// Threads of the process.
  package var threads: Int?
  /// Switches of this one thread because it blocked.
  package var voluntarySwitches: UInt64?
  /// Switches of this one thread because the kernel took the CPU away.
  package var involuntarySwitches: UInt64?
  /// Whether system calls are filtered.
  package var seccomp: SeccompMode?
  /// Whether `exec` can't give it more rights (prctl(2), `PR_SET_NO_NEW_PRIVS`).
  package var noNewPrivileges: Bool?
  /// Its effective capabilities, a bit each (capabilities(7)).
  package var effectiveCapabilities: UInt64?
  /// Its effective user.
  package var effectiveUser: UInt64?
  /// The signals for which it has handlers: bit 0 is signal 1.
  package var caughtSignals: UInt64?

  /// Parses the file's text.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: [UInt8]) {
    let lines = KeyedLines(bytes)
    guard let name = lines.text("Name"), let pid = lines.count("Pid").flatMap(CInt.init(exactly:))
    else { return nil }
    self.name = Self.unescaped(name)
    self.pid = pid
    self.parent = lines.count("PPid").flatMap(CInt.init(exactly:))
    self.umask = lines.unsigned("Umask", radix: 8)
    self.peakResidentKiB = lines.count("VmHWM")
    self.residentKiB = lines.count("VmRSS")
    self.pageTablesKiB = lines.count("VmPTE")
    self.threads = lines.count("Threads")
    self.voluntarySwitches = lines.unsigned("voluntary_ctxt_switches")
    self.involuntarySwitches = lines.unsigned("nonvoluntary_ctxt_switches")
    self.seccomp = lines.unsigned("Seccomp").flatMap(SeccompMode.init(rawValue:))
    self.noNewPrivileges = lines.unsigned("NoNewPrivs").map { $0 != 0 }
    self.effectiveCapabilities = lines.unsigned("CapEff", radix: 16)
    self.caughtSignals = lines.unsigned("SigCgt", radix: 16)
    // Real, effective, saved, file system.
    let users = lines.text("Uid")?.split(separator: "\t")
    self.effectiveUser = users.flatMap { $0.count == 4 ? UInt64($0[1]) : nil }
  }

  /// Undoes what the kernel does to line ends and backslashes in a name, so that it fits a line.
  private static func unescaped(_ name: String) -> String {
    var result = ""
    var escaped = false
    for character in name {
      switch (escaped, character) {
      case (false, "\\"): escaped = true
      case (true, "n"):
        result.append("\n")
        escaped = false
      case (true, "\\"):
        result.append("\\")
        escaped = false
      case (true, _):
        result.append("\\")
        result.append(character)
        escaped = false
      case (false, _): result.append(character)
      }
    }
    return escaped ? result + "\\" : result
  }

  /// Reads the file of a thread or process.
  ///
  /// - Parameter subject: whose file.
  /// - Returns: the figures.
  /// - Throws: the error number of open(2) or read(2); `EBADMSG` when it isn't such a file.
  package static func read(_ subject: ProcSubject) throws(Errno) -> ProcStatus {
    try ProcFile.parsed(subject.path("status"), ProcStatus.init)
  }
}
