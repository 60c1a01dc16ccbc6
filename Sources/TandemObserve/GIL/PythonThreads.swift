import TandemSystem

/// Finds the states of threads in an interpreter's memory by the kernel's numbers of the threads.
///
/// The interpreters' lists of threads are followed only for a thread that isn't where it was.
struct PythonThreads: Sendable {
  private let runtime: PythonRuntime
  private let next: UInt64
  /// The states that were found, by thread.
  private var known: [CInt: UInt64] = [:]
  private var interpreters: [UInt64] = []
  private var searchedNS: UInt64 = 0

  /// More threads than an interpreter has: a list that runs on is none.
  private static let mostThreads = 4096
  /// How long the lists aren't followed again after a thread wasn't in them: a thread that is being started
  /// isn't yet.
  private static let pauseNS: UInt64 = 20_000_000

  /// Makes a finder for the processes of a runtime.
  ///
  /// - Parameters:
  ///   - runtime: the runtime.
  ///   - offsets: where functions lie in its version.
  init(_ runtime: PythonRuntime, _ offsets: PythonFrameOffsets) {
    self.runtime = runtime
    next = offsets.threadNext
  }

  /// Finds the state of a thread.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - nowNS: the time.
  /// - Returns: the state's address; nil when no interpreter has such a thread, or when its memory can't be
  ///   read.
  mutating func state(of tid: CInt, in pid: CInt, nowNS: UInt64) -> UInt64? {
    if let state = known[tid], number(of: state, pid) == tid { return state }
    known[tid] = nil
    guard nowNS >= searchedNS &+ Self.pauseNS else { return nil }
    search(pid)
    guard let state = known[tid] else {
      searchedNS = nowNS
      return nil
    }
    return state
  }

  private mutating func search(_ pid: CInt) {
    known = [:]
    interpreters = runtime.interpreters(of: pid)
    for interpreter in interpreters {
      var words: [UInt64] = [0]
      guard read(interpreter &+ runtime.file.offsets.interpreterThreads, pid, &words) else {
        continue
      }
      var state = words[0]
      for _ in 0..<Self.mostThreads where state != 0 {
        guard read(state &+ next, pid, &words) else { break }
        if let number = number(of: state, pid) { known[number] = state }
        state = words[0]
      }
    }
  }

  private func number(of state: UInt64, _ pid: CInt) -> CInt? {
    ((try? runtime.thread(state, of: interpreters, pid)) ?? nil)?.number
  }

  private func read(_ address: UInt64, _ pid: CInt, _ words: inout [UInt64]) -> Bool {
    guard address % 8 == 0 else { return false }
    return (try? InterpreterWalk.readAll([.init(address)], of: pid, into: &words)) ?? false
  }
}
