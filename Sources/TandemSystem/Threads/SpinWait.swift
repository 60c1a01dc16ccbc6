internal import CTandemShims

/// Waiting for another CPU without giving this one away.
package enum SpinWait {
  /// Tells the CPU that this is a loop that waits (PAUSE, YIELD).
  @inline(__always)
  package static func pause() { tandem_spin_pause() }
}
