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

  package init() {}

  /// Whether it takes work.
  package var isRunning: Bool { stage == .running }
  /// Whether it still does what waits, and does again what failed.
  package var isWorking: Bool { stage <= .draining }
  /// Whether it has ended.
  package var isOver: Bool { stage == .over }

  /// It is shut down.
  ///
  /// - Parameter atOnce: whether what runs ends, too.
  mutating func shutDown(atOnce: Bool) { stage = max(stage, atOnce ? .killing : .draining) }

  /// Everything has ended.
  mutating func end() { stage = .over }
}
