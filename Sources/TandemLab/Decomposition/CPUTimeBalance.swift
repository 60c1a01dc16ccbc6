internal import TandemModel

/// Where the CPU time went that a run could have used.
///
/// The identity: CPUs × wall = Σ on a CPU + Σ lost. CPU time is lost at a moment when fewer workers
/// are on a CPU than there are CPUs; it is split over what the workers that don't run are waiting
/// for. CPUs for which there is no worker at all count as `withoutWorker` as far as the workers there
/// are run, and otherwise with what those wait for: more workers would only wait too.
///
/// Where a worker's own totals stand in for switch records, its shares are spread evenly over its body,
/// so workers that in truth took turns can seem to run on more CPUs than there are at one moment, and
/// on fewer at another. The two cancel: what seems used beyond the CPUs reduces everything lost in
/// proportion. Exact switch records never need it.
package struct CPUTimeBalance: Sendable, Equatable {
  /// The CPUs that were counted.
  package var cpus: Double
  /// CPU seconds that workers used in their bodies.
  package var usedSeconds: Double
  /// CPU seconds lost, by what the waiters waited for or what the driver did meanwhile.
  package var lostSeconds: StateTable
  /// CPU seconds for which there was no worker.
  package var withoutWorkerSeconds: Double
  /// CPU seconds used beyond what the CPUs have in the whole run, at most zero: a contradiction
  /// between the workers' reports and the number of CPUs.
  package var overcountedSeconds: Double

  /// Balances one run.
  ///
  /// - Parameters:
  ///   - trace: what the workers and the driver did.
  ///   - cpus: how many CPUs the run could have used, above zero.
  package init(_ trace: RunTrace, cpus: Double) {
    var used = 0.0
    var lost = StateTable()
    var withoutWorker = 0.0
    var overcounted = 0.0
    trace.forEachStretch { stretch, length in
      let seconds = Double(length) / 1e9
      guard case .working(let workers, let states) = stretch else {
        if case .driving(let state) = stretch { lost[state] += cpus * seconds }
        return
      }
      let count = Double(workers)
      let running = min(max(states[.onCPU], 0), count)
      used += running * seconds
      guard running <= cpus else {
        overcounted += (cpus - running) * seconds
        return
      }
      let unclaimed = max(0, cpus - count) * running / count
      withoutWorker += unclaimed * seconds
      let waiting = count - running
      guard waiting > 0 else { return }
      let toWaiters = (cpus - running - unclaimed) * seconds / waiting
      for state in WorkerState.allCases where state != .onCPU {
        lost[state] += toWaiters * states[state]
      }
    }
    let allLost = lost.sum + withoutWorker
    let kept = allLost > 0 ? max(0, allLost + overcounted) / allLost : 0
    self.cpus = cpus
    self.usedSeconds = used
    self.lostSeconds = lost.scaled(by: kept)
    self.withoutWorkerSeconds = withoutWorker * kept
    self.overcountedSeconds = min(0, allLost + overcounted)
  }
}
