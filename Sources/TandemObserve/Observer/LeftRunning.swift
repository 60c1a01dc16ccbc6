import TandemModel
import TandemSystem

/// Which processes of a program are still there when it has ended.
///
/// That no record says that a process ended proves nothing: the record may be lost. So each is looked for.
enum LeftRunning {
  /// The kernel's figure of a start is rounded down to a tick.
  private static let tickNS: UInt64 = CPUTimes.tickNS

  /// Looks for the processes that aren't known to have ended.
  ///
  /// - Parameter observation: the observation of a program that has ended.
  /// - Returns: those that are there and not about to end, in order of their numbers.
  static func processes(of observation: Observation) -> [LeftProcess] {
    observation.tally.live.values.filter { $0.kind == .process && $0.tid == $0.pid }
      .sorted { $0.pid < $1.pid }
      .compactMap { track in
        guard let stat = try? ThreadStat.read(track.pid, of: track.pid), !stat.hasEnded,
          !stat.isExiting,
          isSame(track, startedNS: MonotonicClock.time(ofTicksSinceBoot: stat.startTicks))
        else { return nil }
        return LeftProcess(pid: track.pid, name: stat.name)
      }
  }

  /// Whether a process with a worker's number is that worker, and not a later one with the same number.
  ///
  /// - Parameters:
  ///   - track: the worker, as it was seen.
  ///   - startedNS: when the process began, rounded down to a tick.
  /// - Returns: whether it had begun by the time that the worker was first seen.
  static func isSame(_ track: WorkerTrack, startedNS: UInt64) -> Bool {
    startedNS <= track.startedNS + tickNS
  }
}
