/// Whether an interpreter has a global lock, as text.
package enum GILText {
  /// The state of the lock.
  ///
  /// - Parameter isOn: whether it is on; nil when that isn't known.
  /// - Returns: `GIL on`, `GIL off` or `GIL unknown`.
  package static func state(_ isOn: Bool?) -> String {
    switch isOn {
    case true?: "GIL on"
    case false?: "GIL off"
    case nil: "GIL unknown"
    }
  }
}
