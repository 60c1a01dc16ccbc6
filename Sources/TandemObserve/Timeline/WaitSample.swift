package import TandemModel

/// A sample of what a sleeping worker waits for.
package struct WaitSample: Sendable, Equatable {
  /// Just before the sample, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beforeNS: UInt64
  /// Just after it.
  package var afterNS: UInt64
  /// What the worker waited for.
  package var state: WorkerState
  /// The lock that it waited for; nil for other waits.
  package var lock: WaitedLock?
  /// How many workers were seen waiting for that lock; 0 for other waits.
  package var waiters: Int
  /// Where in its Python program it waited for a lock, or blocked an event loop; nil where that isn't known, and for other waits.
  package var place: PythonPlace?
  /// What outside of the program it waited for; nil for other waits.
  package var outside: String?
  /// What it was to the event loop of the worker; nil when it says nothing about one.
  package var loop: LoopWait?
  /// Whether a later sample of the same wait may be more accurate.
  package var isTentative: Bool

  /// Makes a sample.
  package init(
    beforeNS: UInt64, afterNS: UInt64, state: WorkerState, lock: WaitedLock? = nil,
    waiters: Int = 0,
    isTentative: Bool = false
  ) {
    self.beforeNS = beforeNS
    self.afterNS = afterNS
    self.state = state
    self.lock = lock
    self.waiters = waiters
    self.isTentative = isTentative
  }
}
