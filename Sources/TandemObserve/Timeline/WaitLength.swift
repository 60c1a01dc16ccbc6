package import TandemModel

/// How long a wait was, in classes a decade apart.
///
/// Waits are looked into at random moments, so the long ones are seen best. What was seen of waits of one
/// length says little about others: a thread that waits 5 ms for a lock may wait 20 µs for something else.
package enum WaitLength: Int, Sendable, CaseIterable {
  /// Less than a tenth of a millisecond, which hardly a look can hit.
  case fleeting
  /// Less than a millisecond.
  case brief
  /// Less than ten milliseconds: two of CPython's switch intervals (`sys.setswitchinterval`), since
  /// waiting for its lock is a row of waits of one interval each.
  case short
  /// Long enough to be looked into one by one.
  case long

  /// The class of a wait.
  ///
  /// - Parameter nanoseconds: how long it was.
  package init(_ nanoseconds: UInt64) {
    self =
      switch nanoseconds {
      case ..<100_000: .fleeting
      case ..<1_000_000: .brief
      case ..<10_000_000: .short
      default: .long
      }
  }

  /// The state of a wait that nothing is known about.
  package var unknownState: WorkerState { self == .long ? .other : .tooShort }
}
