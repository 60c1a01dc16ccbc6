/// A GIL at a moment.
package struct GILReading: Sendable, Hashable {
  /// Where it lies in the process: the address of its `struct _gil_runtime_state`.
  package var address: UInt64
  /// Whether it guards anything: false only in a free-threaded build that runs without it.
  package var isEnabled: Bool
  /// Whether a thread has it.
  package var isLocked: Bool
  /// The thread that has it, as the kernel numbers it in this process's PID namespace; nil when
  /// no thread holds it, or when the thread's number is unknown.
  package var holderThread: CInt?
  /// The address of that thread's state in the interpreter; nil when no thread holds it.
  package var holderState: UInt64?
  /// How often it went to another thread than the one that had it last, since the interpreter began:
  /// the difference of two readings is the exact number of hand-overs between them.
  package var switchNumber: UInt64
  /// How long a waiter waits before it asks the holder to let go, in microseconds.
  package var intervalMicroseconds: UInt64
  /// How many interpreters share it; 1 unless there are subinterpreters.
  package var interpreters: Int
  /// Its parts.
  package var structure: GILStructure

  /// Makes a value.
  package init(
    address: UInt64, isEnabled: Bool, isLocked: Bool, holderThread: CInt?,
    holderState: UInt64? = nil, switchNumber: UInt64, intervalMicroseconds: UInt64,
    interpreters: Int = 1, structure: GILStructure
  ) {
    self.address = address
    self.isEnabled = isEnabled
    self.isLocked = isLocked
    self.holderThread = holderThread
    self.holderState = holderState
    self.switchNumber = switchNumber
    self.intervalMicroseconds = intervalMicroseconds
    self.interpreters = interpreters
    self.structure = structure
  }
}

/// One sample of a process's GILs.
package struct GILSample: Sendable, Hashable {
  /// The GILs that made sense, one for each interpreter that has its own.
  package var readings: [GILReading]
  /// How many more there were whose memory was just being changed.
  ///
  /// They are neither free nor held, or held by what is no thread of theirs. Sampling efficiency is
  /// what remains.
  package var invalid: Int

  /// Makes a value.
  package init(readings: [GILReading], invalid: Int) {
    self.readings = readings
    self.invalid = invalid
  }
}

/// What a futex inside a GIL is for.
package enum GILFutex: Sendable, Hashable {
  /// The thread waits for the GIL.
  case wait
  /// The thread waits for the GIL's own mutex, which is held for an instant.
  case mutex
  /// The thread released the GIL on request and waits until another has taken it.
  case forcedSwitch
}

/// The memory of a process's GILs, which distinguishes a wait for one from a wait for another lock.
///
/// GNU's `pthread_cond_timedwait` waits on a word inside the condition variable, and so inside the GIL
/// (glibc, nptl/pthread_cond_wait.c). musl waits on one on the waiter's own stack: there,
/// ``PythonRuntime/hasWaitsInside`` is false.
package struct GILRegions: Sendable, Hashable {
  private var regions: [Region]

  private struct Region: Hashable {
    var address: UInt64
    var structure: GILStructure
  }

  /// Makes the regions of some GILs.
  ///
  /// - Parameter readings: one reading of each.
  package init(_ readings: [GILReading]) {
    regions = readings.map { Region(address: $0.address, structure: $0.structure) }
  }

  /// Whether there is no GIL.
  package var isEmpty: Bool { regions.isEmpty }

  /// What a futex is for.
  ///
  /// - Parameter address: the futex's address, which is the first argument of futex(2).
  /// - Returns: nil when it isn't inside a GIL: some other lock.
  package func kind(ofFutex address: UInt64) -> GILFutex? {
    for region in regions where address >= region.address {
      let offset = address - region.address
      if region.structure.wait.contains(offset) { return .wait }
      if region.structure.mutex.contains(offset) { return .mutex }
      if region.structure.forcedSwitch.contains(offset) { return .forcedSwitch }
    }
    return nil
  }
}
