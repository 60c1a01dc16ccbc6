package import TandemModel

/// What the threads of a process did with its GIL, by the records of switches.
package struct GILUse: Sendable, Equatable {
  /// Seconds that they waited for it.
  package var waitSeconds = 0.0
  /// Voluntary switches of all its threads, for whatever reason.
  package var voluntary = 0
  /// Seconds that the process lived while it was observed.
  package var lifeSeconds = 0.0
  /// Samples of its short waits, and seconds of short waits that were not sampled.
  package var shortSamples = 0.0
  package var unsampledSeconds = 0.0
  /// Sleeps of one interval.
  package var sleeps = GILSleepSum()

  /// Makes a use without waits.
  package init() {}

  /// From this many releases a second on, samples can't tell what share of the time a lock is held.
  ///
  /// A sample is taken when the observer gets a CPU. Where few CPUs are idle, that is often one from which a
  /// thread has just gone to sleep, and it let the lock go before. So samples find the lock free too often
  /// within a scheduler's slice, some milliseconds, of each such release.
  private static let mostReleases = 50.0
  /// A share that samples make too small is right if it is nearly 1.
  private static let surelyHeld = 0.9
  /// Fewer hand-overs don't matter.
  private static let manyHandovers = 1_000.0
  /// With fewer samples of short waits, what they are for isn't known: a share is known to within a tenth
  /// (the standard error of one half).
  private static let enoughSamples = 25.0
  /// Waits that weren't sampled and take less than this share of the life don't matter.
  private static let littleUnsampled = 0.05

  /// Fills in what samples of the lock don't show, and takes out what they can't.
  ///
  /// - Parameter entry: the lock's entry by its samples.
  package func complete(_ entry: inout ObservedGIL) {
    let handovers = entry.handovers ?? 0
    entry.waitSeconds = waitSeconds
    if handovers >= Self.manyHandovers, shortSamples < Self.enoughSamples,
      unsampledSeconds >= Self.littleUnsampled * lifeSeconds
    {
      entry.waitSeconds = nil
    }
    entry.waits = sleeps.waits
    guard lifeSeconds > 0, let share = entry.heldShare else { return }
    let interval = entry.intervalSeconds ?? 0
    let sleepsForIt = max(
      Double(sleeps.count), interval > 0 ? waitSeconds / interval : 0)
    // A hand-over ends one more sleep for the lock.
    let ownSleeps = max(0, Double(voluntary) - sleepsForIt - handovers)
    // One hand-over an interval is forced: the next thread takes the lock at once.
    let forced = interval > 0 ? lifeSeconds / interval : 0
    let releases = (ownSleeps + max(0, handovers - forced)) / lifeSeconds
    if releases > Self.mostReleases, share < Self.surelyHeld { entry.heldShare = nil }
  }
}
