package import TandemModel

/// A sample of what a sleeping worker waits for.
package struct WaitSample: Sendable, Equatable {
  /// Just before the sample, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beforeNS: UInt64
  /// Just after it.
  package var afterNS: UInt64
  /// What the worker waited for.
  package var state: WorkerState
  /// The address of the futex that it waited for (futex(2)); nil for other waits.
  package var futex: UInt64?
  /// How many workers were seen waiting for that futex; 0 for other waits.
  package var waiters: Int
  /// What outside of the program it waited for; nil for other waits.
  package var outside: String?
  /// Whether a later sample of the same wait may be more accurate.
  package var isTentative: Bool

  /// Makes a sample.
  package init(
    beforeNS: UInt64, afterNS: UInt64, state: WorkerState, futex: UInt64? = nil, waiters: Int = 0,
    isTentative: Bool = false
  ) {
    self.beforeNS = beforeNS
    self.afterNS = afterNS
    self.state = state
    self.futex = futex
    self.waiters = waiters
    self.isTentative = isTentative
  }
}
