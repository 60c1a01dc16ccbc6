/// Where in the kernel a thread is: `/proc/PID/task/TID/syscall` (proc_pid_syscall(5)).
///
/// The file needs the same permission as attaching with ptrace(2) (`PTRACE_MODE_ATTACH`), and
/// a kernel with `CONFIG_HAVE_ARCH_TRACEHOOK`, which every x86-64 and aarch64 kernel is.
package enum ProcSyscall: Sendable, Hashable {
  /// On a CPU, or ready to be put on one.
  case running
  /// Off the CPU, but not in a system call: it waits for a page of memory, is stopped, or has ended; in
  /// that case both registers are 0.
  case outsideCall(stackPointer: UInt64, programCounter: UInt64)
  /// In a system call.
  case inCall(SystemCallFrame)

  /// Parses the file's text.
  ///
  /// - Parameter line: the text: `running`, `-1 SP PC`, or the call's number, six arguments, SP and PC.
  /// - Returns: what it says; nil when it isn't one of the three.
  package static func parse(_ line: Span<UInt8>) -> ProcSyscall? {
    if isRunning(line) { return .running }
    var position = 0
    guard let number = ASCIIScan.integer(line, at: &position), number >= -1 else { return nil }
    if number == -1 {
      guard let stackPointer = hexadecimal(line, at: &position),
        let programCounter = hexadecimal(line, at: &position),
        ASCIIScan.isBlank(line, from: position)
      else { return nil }
      return .outsideCall(stackPointer: stackPointer, programCounter: programCounter)
    }
    guard let a0 = hexadecimal(line, at: &position), let a1 = hexadecimal(line, at: &position),
      let a2 = hexadecimal(line, at: &position), let a3 = hexadecimal(line, at: &position),
      let a4 = hexadecimal(line, at: &position), let a5 = hexadecimal(line, at: &position),
      let stackPointer = hexadecimal(line, at: &position),
      let programCounter = hexadecimal(line, at: &position),
      ASCIIScan.isBlank(line, from: position)
    else { return nil }
    return .inCall(
      SystemCallFrame(
        number: number, a0, a1, a2, a3, a4, a5, stackPointer: stackPointer,
        programCounter: programCounter))
  }

  private static func isRunning(_ line: Span<UInt8>) -> Bool {
    let word: StaticString = "running"
    guard line.count >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      // SAFETY: the index is below the number of bytes of a static string.
      guard unsafe line[index] == word.utf8Start[index] else { return false }
    }
    return ASCIIScan.isBlank(line, from: word.utf8CodeUnitCount)
  }

  private static func hexadecimal(_ line: Span<UInt8>, at position: inout Int) -> UInt64? {
    ASCIIScan.skipBlanks(line, at: &position)
    guard position + 2 < line.count, line[position] == UInt8(ascii: "0"),
      line[position + 1] == UInt8(ascii: "x")
    else { return nil }
    position += 2
    // Blanks are skipped before a number, but none may stand behind the `0x`.
    guard line[position] > 0x20 else { return nil }
    return ASCIIScan.unsigned(line, at: &position, radix: 16)
  }

  /// Reads the file of a thread: three system calls, no heap memory.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: what it says.
  /// - Throws: the error number of open(2) or read(2): `ENOENT` or `ESRCH` when the thread is gone,
  ///   `EACCES` or `EPERM` without permission to inspect it; `EBADMSG` when it isn't such a file.
  package static func read(_ tid: CInt, of pid: CInt) throws(Errno) -> ProcSyscall {
    try ProcPath("/syscall", of: tid, in: pid).parsed { parse($0) }
  }
}

/// A system call that a thread is in: its number, its arguments, and two registers.
package struct SystemCallFrame: Sendable, Hashable {
  /// The call's number, which means something else on every architecture.
  package var number: Int
  /// The first argument.
  package var a0: UInt64
  /// The second argument.
  package var a1: UInt64
  /// The third argument.
  package var a2: UInt64
  /// The fourth argument.
  package var a3: UInt64
  /// The fifth argument.
  package var a4: UInt64
  /// The sixth argument.
  package var a5: UInt64
  /// Where the thread's stack ends at the call.
  package var stackPointer: UInt64
  /// The instruction behind the call.
  package var programCounter: UInt64

  /// Makes a frame.
  package init(
    number: Int, _ a0: UInt64 = 0, _ a1: UInt64 = 0, _ a2: UInt64 = 0, _ a3: UInt64 = 0,
    _ a4: UInt64 = 0, _ a5: UInt64 = 0, stackPointer: UInt64 = 0, programCounter: UInt64 = 0
  ) {
    self.number = number
    self.a0 = a0
    self.a1 = a1
    self.a2 = a2
    self.a3 = a3
    self.a4 = a4
    self.a5 = a5
    self.stackPointer = stackPointer
    self.programCounter = programCounter
  }

  /// An argument by its position.
  ///
  /// - Parameter index: 0 to 5; anything else gives the last.
  package subscript(index: Int) -> UInt64 {
    switch index {
    case 0: a0
    case 1: a1
    case 2: a2
    case 3: a3
    case 4: a4
    default: a5
    }
  }

  /// An argument that is a descriptor: the low 32 bits, as the kernel takes it.
  ///
  /// - Parameter index: the argument's position, from 0.
  /// - Returns: the number.
  package func descriptor(_ index: Int) -> CInt {
    CInt(truncatingIfNeeded: self[index])
  }
}
