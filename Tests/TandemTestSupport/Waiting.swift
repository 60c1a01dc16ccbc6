internal import Glibc

/// Something that a test waited for did not come.
package struct WaitedInVain: Error, CustomStringConvertible {
  /// What was waited for.
  package var what: String
  /// How long.
  package var limit: Duration

  package var description: String { "waited for \(what) in vain, for \(limit)" }
}

/// Waits until something holds that comes without an event to wait for.
///
/// This is the only place in the tests that naps. A test waits for an event where there is one: a byte
/// in a pipe, the end of a process (pidfd), a change of a word of memory (futex). The kernel offers none
/// for what `/proc` says, such as that a thread sleeps or a process is stopped, and the library none for
/// its statistics. So the condition is asked again and again, with a nap of a millisecond in between,
/// which leaves the CPUs to what is waited for.
///
/// - Parameters:
///   - what: what is waited for, for the failure; asked when the time is over.
///   - limit: how long at most; a guard, not a wait.
///   - condition: whether it holds now.
/// - Throws: `WaitedInVain` when it doesn't hold in time, and what `condition` throws.
package func waitUntil(
  _ what: @autoclosure () -> String, limit: Duration = .seconds(20), _ condition: () throws -> Bool
) throws {
  let deadline = ContinuousClock.now + limit
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw WaitedInVain(what: what(), limit: limit) }
    usleep(1000)
  }
}
