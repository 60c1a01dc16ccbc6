/// Where a pool is in its life.
///
/// It only goes forward.
package struct PoolLife: Sendable {
  /// The parts of a pool's life.
  package enum Stage: Int, Sendable, Comparable, CaseIterable {
    case running
    /// It takes no more work, and ends when it has none.
    case draining
    /// Everything ends now.
    case killing
    /// It has ended.
    case over

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Where it is.
  package private(set) var stage = Stage.running
  /// Why it is broken; nil if it isn't.
  ///
  /// Once it has ended it goes on to say so.
  package private(set) var failure: PoolError?

  package init() {}

  /// Whether it takes work.
  package var isRunning: Bool { stage == .running }
  /// Whether it goes on with what waits, and does again what failed.
  package var goesOn: Bool { stage <= .draining }
  /// Whether it has ended.
  package var isOver: Bool { stage == .over }

  /// It is shut down.
  ///
  /// - Parameter atOnce: whether what runs ends, too.
  mutating func shutDown(atOnce: Bool) { stage = max(stage, atOnce ? .killing : .draining) }

  /// It breaks: nothing goes on.
  ///
  /// - Parameter error: why.
  /// - Returns: whether it does; what ends at once already has its reason.
  mutating func breakDown(_ error: PoolError) -> Bool {
    guard goesOn else { return false }
    stage = .killing
    failure = error
    return true
  }

  /// Everything has ended.
  mutating func end() { stage = .over }
}
