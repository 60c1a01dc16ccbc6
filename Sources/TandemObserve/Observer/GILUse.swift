package import TandemModel

/// What the threads of a process did with its GIL, by the records of switches.
package struct GILUse: Sendable, Equatable {
  /// Seconds that they waited for it.
  package var waitSeconds = 0.0
  /// Voluntary switches of all its threads, for whatever reason.
  package var voluntary = 0
  /// Seconds that the process lived while it was observed.
  package var lifeSeconds = 0.0
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
  /// Adds a thread of the process.
  ///
  /// - Parameters:
  ///   - track: the thread.
  ///   - table: its nanoseconds in each state.
  ///   - endedNS: the end of the observation.
  mutating func add(_ track: WorkerTrack, _ table: StateTable, endedNS: UInt64) {
    waitSeconds += table[.gil] / 1e9
    voluntary += track.voluntary
    sleeps.add(track.gilSleeps, onCPUSeconds: table[.onCPU] / 1e9)
    guard track.tid == track.pid else { return }
    let ended = track.endedNS ?? endedNS
    lifeSeconds = Double(ended - min(ended, track.startedNS)) / 1e9
  }

  /// Fills in what samples of the lock don't show, and takes out what they can't.
  ///
  /// - Parameter entry: the lock's entry by its samples.
  package func complete(_ entry: inout ObservedGIL) {
    let handovers = entry.handovers ?? 0
    entry.waitSeconds = waitSeconds
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
