package import TandemSystem

/// The CPython in a process: which version, and where its GILs are.
///
/// A process forked without an exec has everything at its parent's addresses, so its parent's runtime is
/// valid for it too.
package struct PythonRuntime: Sendable {
  /// The version, such as `3.11.7`; without the last number when the file doesn't give it.
  package var version: String { release.description }
  /// The version.
  package let release: PythonVersion
  /// Whether the build is free-threaded; each reading says whether its GIL is on.
  package let isFreeThreaded: Bool
  /// Whether a thread that waits for the GIL waits on a word inside it, so that ``GILRegions`` recognises
  /// the wait: true with GNU's C library.
  package let hasWaitsInside: Bool
  /// Whether this very layout was tried on a running interpreter of the same minor version.
  package let isTried: Bool

  /// Where `_PyRuntime` lies in the process.
  let address: UInt64
  let file: PythonFile.Runtime
  /// Whether the process counts its threads in another PID namespace, so that their numbers mean
  /// nothing here.
  let hasForeignNumbers: Bool
  private let walk: InterpreterWalk

  init(
    _ file: PythonFile.Runtime, base: UInt64, hasWaitsInside: Bool = true,
    hasForeignNumbers: Bool = false
  ) {
    self.file = file
    release = file.version
    isFreeThreaded = file.isFreeThreaded
    // The loader maps whole pages.
    address = base &+ file.address &- (file.firstAddress & ~0xFFF)
    isTried = GILOffsets.row(minor: file.version.minor, file.architecture)?.triedWith != nil
    self.hasWaitsInside = hasWaitsInside
    self.hasForeignNumbers = hasForeignNumbers
    walk = InterpreterWalk(runtime: address, offsets: file.offsets)
  }

  /// The GILs of a process, one for each interpreter that has its own.
  ///
  /// - Parameter pid: the process of this runtime, or a child that it forked.
  /// - Returns: those whose memory is consistent, the first interpreter's first; none
  ///   while the interpreter starts or ends.
  /// - Throws: the error number of process_vm_readv(2): `ESRCH` when the process has ended.
  /// - Complexity: two calls of process_vm_readv(2), one when no thread holds a GIL, three before 3.11.
  package func gils(of pid: CInt) throws(Errno) -> [GILReading] {
    try sample(pid).readings
  }

  /// The GILs of a process, and how many were inconsistent.
  ///
  /// - Parameter pid: the process of this runtime, or a child that it forked.
  /// - Returns: the GILs.
  /// - Throws: the error number of process_vm_readv(2): `ESRCH` when the process has ended.
  package func sample(_ pid: CInt) throws(Errno) -> GILSample {
    guard let raw = try walk.read(pid) else { return GILSample(readings: [], invalid: 1) }
    var result = GILSample(readings: [], invalid: 0)
    for gil in raw {
      switch try reading(gil, pid) {
      case .valid(let reading): result.readings.append(reading)
      case .notThere: break
      case .invalid: result.invalid += 1
      }
    }
    return result
  }

  // MARK: One GIL

  private enum Validity {
    case valid(GILReading)
    /// Not made yet, or gone again.
    case notThere
    case invalid
  }

  private func reading(_ gil: InterpreterWalk.RawGIL, _ pid: CInt) throws(Errno) -> Validity {
    let structure = file.offsets.structure
    func word(_ offset: UInt64) -> UInt64 { gil.words[Int(offset / 8)] }
    // `locked` and `enabled` are ints.
    let locked = Int32(truncatingIfNeeded: word(structure.locked))
    let holder = word(structure.lastHolder)
    let interval = word(structure.interval)
    let isEnabled = !structure.hasFlag || Int32(truncatingIfNeeded: word(0)) != 0
    if locked == -1 || interval == 0 { return .notThere }
    // The first holder is stored after the lock (`take_gil`), and may lose its CPU in between.
    if locked == 1, holder == 0 { return .notThere }
    // sys.setswitchinterval takes what fits a long; a day is beyond all reason.
    guard locked == 0 || locked == 1, interval < 86_400_000_000, holder % 8 == 0 else {
      return .invalid
    }
    var thread: CInt?
    if locked == 1 {
      guard let found = try self.thread(holder, of: gil.interpreters, pid) else { return .invalid }
      thread = found.number
    }
    return .valid(
      GILReading(
        address: gil.address, isEnabled: isEnabled, isLocked: locked == 1, holderThread: thread,
        holderState: locked == 1 ? holder : nil, switchNumber: word(structure.switchNumber),
        intervalMicroseconds: interval,
        interpreters: gil.interpreters.count, structure: structure))
  }

  /// The interpreters of a process, as the newest reading has them; none while they can't be read.
  func interpreters(of pid: CInt) -> [UInt64] {
    (((try? walk.read(pid)) ?? nil) ?? []).flatMap(\.interpreters)
  }

  /// The thread behind a thread state; nil when it is no thread of these interpreters.
  func thread(
    _ state: UInt64, of interpreters: [UInt64], _ pid: CInt
  ) throws(Errno) -> (number: CInt?, state: UInt64)? {
    let offsets = file.offsets
    var words: [UInt64] = [0, 0, 0]
    var pieces: [RemoteMemory.Piece] = [
      .init(state &+ offsets.threadInterpreter), .init(state &+ offsets.threadID),
    ]
    if let native = offsets.nativeThreadID { pieces.append(.init(state &+ native)) }
    guard try InterpreterWalk.readAll(pieces, of: pid, into: &words),
      interpreters.contains(words[0])
    else { return nil }
    if hasForeignNumbers { return (nil, state) }
    // A child that was forked may still have its parent's number there, so what doesn't exist isn't it.
    if let native = CInt(exactly: words[2]), ThreadCheck.exists(native, in: pid) {
      return (native, state)
    }
    // A pthread_t is where GNU's C library keeps what it knows of the thread.
    guard hasWaitsInside, words[1] != 0, words[1] % 8 == 0 else { return (nil, state) }
    let place = words[1] &+ file.architecture.threadNumber
    guard try InterpreterWalk.readAll([.init(place)], of: pid, into: &words) else {
      return (nil, state)
    }
    let number = CInt(truncatingIfNeeded: words[0])
    return (ThreadCheck.exists(number, in: pid) ? number : nil, state)
  }

  // MARK: Whether it is there

  enum Check: Equatable {
    /// It is, and a thread of it is where it should be.
    case ready
    /// It is starting, or ending: a sentence.
    case notYet(String)
    /// What is there isn't laid out as it should be: a sentence.
    case wrong(String)
    /// It can't be read.
    case unreadable(Errno)
  }

  /// Checks whether the memory is as expected.
  func check(_ pid: CInt) -> Check {
    do throws(Errno) { return try tryCheck(pid) } catch { return .unreadable(error) }
  }

  private func tryCheck(_ pid: CInt) throws(Errno) -> Check {
    let offsets = file.offsets
    var words: [UInt64] = [0, 0, 0, 0]
    var pieces: [RemoteMemory.Piece] = [.init(address &+ offsets.interpretersHead)]
    if let beginning = file.beginning { pieces.append(.init(address, words: beginning.count)) }
    guard try InterpreterWalk.readAll(pieces, of: pid, into: &words) else {
      return .notYet("Its memory isn't mapped yet.")
    }
    if let beginning = file.beginning, Array(words[1...3]) != beginning {
      return .wrong("It doesn't describe itself as its file does.")
    }
    guard words[0] != 0 else { return .notYet("The interpreter isn't initialised yet.") }
    guard let gils = try walk.read(pid) else { return wrongLayout }
    guard let gil = gils.first, let main = gil.interpreters.last else {
      return .notYet("The interpreter has no GIL yet.")
    }
    // The first interpreter's newest thread must point back to it.
    guard
      try InterpreterWalk.readAll(
        [.init(main &+ offsets.interpreterThreads)], of: pid, into: &words)
    else { return wrongLayout }
    let newest = words[0]
    guard newest != 0 else { return .notYet("The interpreter has no thread yet.") }
    guard newest % 8 == 0, try thread(newest, of: [main], pid) != nil else { return wrongLayout }
    switch try reading(gil, pid) {
    case .valid: return .ready
    case .notThere:
      return .notYet("The GIL isn't initialised: the interpreter is starting or ending.")
    case .invalid: return wrongLayout
    }
  }

  private var wrongLayout: Check {
    .wrong("Its memory isn't laid out as that of Python \(version) should be.")
  }
}
