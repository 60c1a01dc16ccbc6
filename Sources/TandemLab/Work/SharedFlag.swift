import Synchronization

/// A flag that threads set and look at without a lock.
final class SharedFlag: Sendable {
  private let value = Atomic(false)

  /// Whether it is set.
  ///
  /// Relaxed: what it announces is read under a lock.
  var isSet: Bool {
    @inline(__always) get { value.load(ordering: .relaxed) }
  }

  /// Sets or clears it.
  func set(_ newValue: Bool) {
    value.store(newValue, ordering: .relaxed)
  }
}
