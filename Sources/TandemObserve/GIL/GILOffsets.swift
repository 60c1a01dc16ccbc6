/// Where things lie in the memory of a process that runs CPython, in bytes.
package struct GILOffsets: Sendable, Hashable {
  /// Where the GIL is found.
  package enum Place: Sendable, Hashable {
    /// In `_PyRuntime` itself, so many bytes from its start: there is one GIL.
    case inRuntime(UInt64)
    /// Behind the pointer at so many bytes from an interpreter's start.
    case behindPointerInInterpreter(UInt64)
  }

  /// From `_PyRuntime` to the pointer to the newest interpreter.
  package var interpretersHead: UInt64
  /// Where the GIL is found.
  package var gil: Place
  /// From an interpreter to the pointer to the next older one.
  package var interpreterNext: UInt64
  /// From an interpreter to the pointer to its newest thread.
  package var interpreterThreads: UInt64
  /// From a thread to the pointer to its interpreter.
  package var threadInterpreter: UInt64
  /// From a thread to its `pthread_t`.
  package var threadID: UInt64
  /// From a thread to its number in the kernel; nil before 3.11, which had none.
  package var nativeThreadID: UInt64?
  /// The parts of the GIL.
  package var structure: GILStructure
}

/// The parts of `struct _gil_runtime_state` (CPython, Include/internal/pycore_gil.h), in bytes from its
/// start.
///
/// It has been the same since 3.7, but for a flag before it in free-threaded builds.
package struct GILStructure: Sendable, Hashable {
  /// Whether it begins with the flag `enabled`: free-threaded builds.
  package var hasFlag: Bool
  /// `interval`: for how many microseconds a waiter waits before it asks the holder to let go.
  package var interval: UInt64
  /// `last_holder`: the thread that has it, or had it last.
  package var lastHolder: UInt64
  /// `locked`: -1 while it isn't there, 0 free, 1 held.
  package var locked: UInt64
  /// `switch_number`: how often it went to another thread than the last.
  package var switchNumber: UInt64
  /// `cond`: where threads wait for the GIL.
  package var wait: Range<UInt64>
  /// `mutex`: guards the fields; held for an instant.
  package var mutex: Range<UInt64>
  /// `switch_cond` and `switch_mutex`: where a thread that let go waits until another has taken over.
  package var forcedSwitch: Range<UInt64>

  /// Makes the structure of a kind of build.
  ///
  /// - Parameters:
  ///   - hasFlag: whether the build is free-threaded.
  ///   - mutexSize: the size of `pthread_mutex_t`, in bytes; that of `pthread_cond_t` is 48 on all
  ///     machines of 64 bits (glibc, bits/pthreadtypes-arch.h).
  package init(hasFlag: Bool, mutexSize: UInt64) {
    let start: UInt64 = hasFlag ? 8 : 0
    self.hasFlag = hasFlag
    interval = start
    lastHolder = start + 8
    locked = start + 16
    switchNumber = start + 24
    let condSize: UInt64 = 48
    wait = start + 32..<start + 32 + condSize
    mutex = wait.upperBound..<wait.upperBound + mutexSize
    forcedSwitch = mutex.upperBound..<mutex.upperBound + condSize + mutexSize
  }

  /// The words of 8 bytes up to and with `switch_number`.
  var words: Int { Int(switchNumber / 8) + 1 }
}

/// The processors whose layouts are known.
package enum PythonArchitecture: UInt16, Sendable, CaseIterable {
  /// x86-64; the number is elf(5)'s.
  case x86 = 62
  /// AArch64, little-endian.
  case arm = 183

  /// The usual name.
  package var name: String {
    switch self {
    case .x86: "x86-64"
    case .arm: "AArch64"
    }
  }

  /// The size of `pthread_mutex_t` in bytes (glibc, bits/pthreadtypes-arch.h).
  var mutexSize: UInt64 {
    switch self {
    case .x86: 40
    case .arm: 48
    }
  }

  /// From a `pthread_t` to the thread's number in the kernel (glibc, nptl/descr.h: `struct pthread`, in
  /// which `tid` follows the header and a list's two pointers).
  ///
  /// The header is 704 bytes on x86-64, as many as the thread's control block, and 24 pointers
  /// elsewhere. Another C library has another layout, so what is found must be a thread of the process.
  var threadNumber: UInt64 {
    switch self {
    case .x86: 704 + 16
    case .arm: 24 * 8 + 16
    }
  }
}

// MARK: The table

extension GILOffsets {
  /// What is known of one minor version on one processor.
  package struct Row: Sendable {
    /// The 11 in 3.11.
    package var minor: Int
    /// The processor.
    package var architecture: PythonArchitecture
    /// The layout, or where in the process it is described.
    package var layout: Layout
    /// Where the figures are from.
    package var source: String
    /// The version that they were tried with, on a running interpreter; nil when they were not.
    package var triedWith: String?
  }

  /// How a version's layout is known.
  package enum Layout: Sendable {
    /// By figures of the version.
    case fixed(GILOffsets)
    /// By figures in the process itself, which stand at these places.
    case described(DebugOffsetsPlaces)
  }

  /// The row for a version.
  ///
  /// - Parameters:
  ///   - minor: the 11 in 3.11.
  ///   - architecture: the processor.
  /// - Returns: the row; nil when nothing is known.
  package static func row(minor: Int, _ architecture: PythonArchitecture) -> Row? {
    table.first { $0.minor == minor && $0.architecture == architecture }
  }

  /// The minor versions whose layout is known.
  package static let minors = 8...15

  /// All that is known.
  package static let table: [Row] = PythonArchitecture.allCases.flatMap(rows)

  private static func rows(_ architecture: PythonArchitecture) -> [Row] {
    let isTried = architecture == .x86
    let headers =
      isTried
      ? "offsetof with the version's own headers"
      : "offsetof with the version's own headers, compiled for AArch64 with glibc's sizes"
    let structure = GILStructure(hasFlag: false, mutexSize: architecture.mutexSize)
    func fixed(
      _ minor: Int, head: UInt64, gil: Place, next: UInt64, threads: UInt64, threadID: UInt64,
      native: UInt64?, tried: String
    ) -> Row {
      Row(
        minor: minor, architecture: architecture,
        layout: .fixed(
          GILOffsets(
            interpretersHead: head, gil: gil, interpreterNext: next, interpreterThreads: threads,
            threadInterpreter: 16, threadID: threadID, nativeThreadID: native,
            structure: structure)),
        source: headers + ", \(tried)", triedWith: isTried ? tried : nil)
    }
    func described(_ minor: Int, _ places: DebugOffsetsPlaces, source: String, tried: String?)
      -> Row
    {
      Row(
        minor: minor, architecture: architecture, layout: .described(places), source: source,
        triedWith: isTried ? tried : nil)
    }
    return [
      fixed(
        8, head: 32, gil: .inRuntime(1152), next: 0, threads: 8, threadID: 176, native: nil,
        tried: "3.8.18"),
      fixed(
        9, head: 32, gil: .inRuntime(352), next: 0, threads: 8, threadID: 176, native: nil,
        tried: "3.9.18"),
      fixed(
        10, head: 32, gil: .inRuntime(352), next: 0, threads: 8, threadID: 176, native: nil,
        tried: "3.10.13"),
      fixed(
        11, head: 40, gil: .inRuntime(360), next: 0, threads: 16, threadID: 152, native: 160,
        tried: "3.11.7"),
      fixed(
        12, head: 40, gil: .behindPointerInInterpreter(384), next: 0, threads: 72, threadID: 136,
        native: 144, tried: "3.12.1"),
      described(
        13, .python313, source: "Include/internal/pycore_runtime.h of 3.13.0", tried: "3.13.0"),
      described(
        14, .python314, source: "Include/internal/pycore_debug_offsets.h of 3.14.10",
        tried: "3.14.10"),
      described(
        15, .python315, source: "Include/internal/pycore_debug_offsets.h of 3.15.2",
        tried: "3.15.2"),
    ]
  }
}

/// Where the figures stand in `_Py_DebugOffsets`, in bytes; each is a number of 8 bytes.
package struct DebugOffsetsPlaces: Sendable, Hashable {
  /// The size of the whole.
  package var size: Int
  /// `runtime_state.size` and `.interpreters_head`.
  package var runtime: (size: Int, interpretersHead: Int) { (24, 40) }
  /// `interpreter_state.size`, `.next` and `.threads_head`.
  package var interpreter: (size: Int, next: Int, threads: Int) { (48, 64, 72) }
  /// `interpreter_state.ceval_gil`; the four that describe the GIL follow it.
  package var cevalGIL: Int
  /// `thread_state.size`; `.prev`, `.next` and `.interp` follow it.
  package var thread: Int
  /// `thread_state.thread_id`; `.native_thread_id` follows it.
  package var threadID: Int

  /// 3.13, all builds.
  package static let python313 = DebugOffsetsPlaces(
    size: 584, cevalGIL: 112, thread: 152, threadID: 192)
  /// 3.14, all builds: `threads_main` came before, and two generations behind, what describes the GIL.
  package static let python314 = DebugOffsetsPlaces(
    size: 760, cevalGIL: 120, thread: 176, threadID: 216)
  /// 3.15, all builds: a thread's `base_frame` and two about its last profiled frame came before its
  /// numbers.
  package static let python315 = DebugOffsetsPlaces(
    size: 888, cevalGIL: 120, thread: 176, threadID: 240)
}
