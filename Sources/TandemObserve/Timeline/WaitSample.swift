package import TandemModel

/// A look at what a sleeping worker waits for.
package struct WaitSample: Sendable, Equatable {
  /// Just before the look, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beforeNS: UInt64
  /// Just after it.
  package var afterNS: UInt64
  /// What it waited for.
  package var state: WorkerState
  /// The address that it waited at (futex(2)); nil for other waits.
  package var futex: UInt64?
  /// How many workers were seen waiting at that address; 0 for other waits.
  package var waiters: Int
  /// Whether another look at the same wait, later, may tell better.
  package var isTentative: Bool

  /// Makes a look.
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
