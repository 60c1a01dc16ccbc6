internal import CTandemShims
internal import Glibc

/// A pipe that is never written to, so that a wait for input lasts exactly as long as asked.
package final class SilentPipe: Sendable {
  private let ends: PipeEnds

  /// Makes the pipe.
  ///
  /// - Throws: `EMFILE`, `ENFILE`.
  package init() throws(Errno) {
    ends = try PipeEnds()
  }

  /// Waits for input until the time is over (ppoll(2)).
  ///
  /// - Parameter nanoseconds: how long.
  /// - Returns: the nanoseconds that the wait took up to when the kernel could first have woken the
  ///   thread; what comes after that is waiting for a CPU. The kernel may be late by a thousandth of
  ///   the time or by the timer slack, 50 µs (select_estimate_accuracy in fs/select.c).
  package func wait(nanoseconds: UInt64) -> UInt64 {
    let began = MonotonicClock.now()
    let deadline = began &+ nanoseconds
    while true {
      let now = MonotonicClock.now()
      guard now < deadline else { break }
      _ = tandem_wait_readable(ends.reader.rawValue, deadline - now)
    }
    let slack = max(nanoseconds / 1000, 50_000)
    return min(MonotonicClock.now() &- began, nanoseconds &+ slack)
  }
}
