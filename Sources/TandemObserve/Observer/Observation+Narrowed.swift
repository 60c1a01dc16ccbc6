import TandemModel
import TandemSystem

extension Observation {
  /// The most sets of CPUs that are reported.
  private static let mostNarrowed = 64

  /// The workers that the program bound to fewer CPUs than it was given, by these CPUs.
  ///
  /// - Parameters:
  ///   - tables: the workers and their nanoseconds in each state.
  ///   - beganNS: the beginning of the wall time.
  /// - Returns: an entry for each set of CPUs, those with the most time ready for a CPU first.
  static func narrowed(
    _ tables: [(track: WorkerTrack, table: StateTable)], beganNS: UInt64
  ) -> [NarrowedCPUs] {
    var bySet: [[Int]: NarrowedCPUs] = [:]
    for (track, table) in tables {
      guard let narrowing = track.narrowing, let cpus = track.cpus,
        let list = CPUList(numbers: cpus)
      else { continue }
      let since = Double(max(narrowing.sinceNS, beganNS) - beganNS) / 1e9
      var entry =
        bySet[cpus]
        ?? NarrowedCPUs(
          cpus: list.text, count: list.count, workers: 0, pid: track.pid, tid: track.tid,
          name: track.name, sinceSeconds: since, onCPUSeconds: 0, runnableSeconds: 0)
      if since < entry.sinceSeconds {
        (entry.pid, entry.tid, entry.name) = (track.pid, track.tid, track.name)
        entry.sinceSeconds = since
      }
      entry.workers += 1
      entry.onCPUSeconds += max(0, table[.onCPU] - Double(narrowing.runNS)) / 1e9
      entry.runnableSeconds += max(0, table[.runnable] - Double(narrowing.waitNS)) / 1e9
      bySet[cpus] = entry
    }
    return Array(
      bySet.values.sorted {
        ($0.runnableSeconds, $1.sinceSeconds) > ($1.runnableSeconds, $0.sinceSeconds)
      }.prefix(mostNarrowed))
  }
}
