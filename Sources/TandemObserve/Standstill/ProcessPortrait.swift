import TandemSystem

/// What a process is, as far as that decides who could end its waits.
struct ProcessPortrait: Sendable {
  /// Whether it is a Java virtual machine (HotSpot, `libjvm.so`).
  var isJava = false
  /// Whether it is an interpreter of Python.
  var isPython = false
  /// Whether it has handlers of its own for signals that other programs send.
  var handlesSignals = true
  /// Where libgomp's instructions are, which makes its system calls itself.
  var openMP: [Range<UInt64>] = []
  /// Whether it was forked, and has executed nothing since.
  var isForked = false
  /// Whether it was forked from a process that has several threads, and has executed nothing since.
  var isAfterFork = false

  /// Signals that a handler gets because of the process itself, or of its terminal's size, and those of the C
  /// library's own: ILL, TRAP, ABRT, BUS, FPE, SEGV, PIPE, STKFLT, XFSZ, WINCH, SYS, and 32 and 33
  /// (signal(7), nptl(7)).
  private static let ownSignals: [Int] = [4, 5, 6, 7, 8, 11, 13, 16, 25, 28, 31, 32, 33]
  /// SIGINT, for which Python has a handler in every program.
  private static let interrupt = 2

  /// Looks at a process.
  ///
  /// - Parameters:
  ///   - tid: one of its threads.
  ///   - pid: the process.
  init(of tid: CInt, in pid: CInt) {
    var (isJava, isPython) = (false, false)
    var openMP: [Range<UInt64>] = []
    _ = try? MappedRegion.first(tid, of: pid) { region in
      let name = region.name.split(separator: "/").last ?? ""
      if name.hasPrefix("libjvm.so") { isJava = true }
      if name.hasPrefix("python") || name.hasPrefix("libpython") || name.hasPrefix("libpypy") {
        isPython = true
      }
      if name.hasPrefix("libgomp") { openMP.append(region.start..<region.end) }
      return false
    }
    (self.isJava, self.isPython, self.openMP) = (isJava, isPython, openMP)
    if let caught = (try? ProcStatus.read(.process(pid)))?.caughtSignals {
      handlesSignals = Self.isHandling(caught, isPython: isPython)
    }
    if let original = Self.original(of: pid) {
      isForked = true
      isAfterFork = ((try? ProcTasks.threads(of: original)) ?? []).count > 1
    }
  }

  /// Whether a process has handlers for signals that other programs, or a terminal, send.
  ///
  /// - Parameters:
  ///   - caught: the signals with a handler; bit 0 is signal 1.
  ///   - isPython: whether it is an interpreter of Python.
  /// - Returns: whether it has.
  static func isHandling(_ caught: UInt64, isPython: Bool) -> Bool {
    let harmless = ownSignals + (isPython ? [interrupt] : [])
    return caught & ~harmless.reduce(0) { $0 | 1 << UInt64($1 - 1) } != 0
  }

  /// The parent of a process that was forked and has executed nothing since: both have the same program at
  /// the same address, and stacks that end at the same address, which execve(2) chooses at random.
  private static func original(of pid: CInt) -> Int32? {
    guard let parent = (try? ThreadStat.read(pid, of: pid))?.parent, parent > 1,
      let own = layout(of: pid), own == layout(of: parent)
    else { return nil }
    return parent
  }

  /// Where a process has its program, and where its first stack ends.
  private static func layout(of pid: CInt) -> [UInt64]? {
    var program: MappedRegion?
    let stack = try? MappedRegion.first(pid, of: pid) { region in
      if program == nil, region.inode != 0 { program = region }
      return region.name == "[stack]"
    }
    guard let program, let stack else { return nil }
    return [program.inode, program.start, stack.end]
  }
}
