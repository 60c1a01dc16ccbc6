package import TandemModel

/// What a sweep over a program's time adds up.
package struct SweepSums: Sendable, Equatable {
  /// Worker seconds in each state.
  package var workerSeconds = StateTable()
  /// Wall seconds shared among the states.
  package var wallSeconds = StateTable()
  /// CPU seconds lost, by what workers waited for.
  package var lostCPUSeconds = StateTable()
  /// CPU seconds lost because there was no worker.
  package var noWorkerSeconds = 0.0

  /// Adds some time in which nothing changed.
  ///
  /// - Parameters:
  ///   - seconds: how long.
  ///   - workers: how many workers were in each state.
  ///   - sharing: those among whom the wall time is shared.
  ///   - cpus: the number of CPUs that the program can use.
  mutating func add(_ seconds: Double, workers: StateTable, sharing: StateTable, cpus: Double) {
    workerSeconds.add(workers, times: seconds)
    let count = sharing.sum
    guard count > 0 else {
      if let waiting = workers.normalised {
        wallSeconds.add(waiting, times: seconds)
      } else {
        wallSeconds[.other] += seconds
      }
      noWorkerSeconds += cpus * seconds
      return
    }
    wallSeconds.add(sharing, times: seconds / count)

    let running = min(workers[.onCPU], cpus)
    let unclaimed = max(0, cpus - count) * running / count
    noWorkerSeconds += unclaimed * seconds
    var waiting = sharing
    waiting[.onCPU] = 0
    let waiters = waiting.sum
    if waiters > 0 {
      lostCPUSeconds.add(waiting, times: (cpus - running - unclaimed) * seconds / waiters)
    } else {
      noWorkerSeconds += (cpus - running - unclaimed) * seconds
    }
  }

  /// Scales the lost time, whatever it was lost to.
  mutating func scaleLost(by factor: Double) {
    lostCPUSeconds = lostCPUSeconds.scaled(by: factor)
    noWorkerSeconds *= factor
  }

  /// The sums times a factor, with what is under `tooShort` moved to other states.
  ///
  /// - Parameters:
  ///   - factor: the factor.
  ///   - shares: the states, adding up to 1; nil leaves it.
  /// - Returns: new sums.
  func scaled(by factor: Double, tooShortAs shares: StateTable?) -> SweepSums {
    func moved(_ table: StateTable) -> StateTable {
      var result = table
      if let shares {
        result[.tooShort] = 0
        result.add(shares, times: table[.tooShort])
      }
      return result.scaled(by: factor)
    }
    var result = SweepSums()
    result.workerSeconds = moved(workerSeconds)
    result.wallSeconds = moved(wallSeconds)
    result.lostCPUSeconds = moved(lostCPUSeconds)
    result.noWorkerSeconds = noWorkerSeconds * factor
    return result
  }

  /// Adds other sums.
  mutating func add(_ other: SweepSums) {
    workerSeconds.add(other.workerSeconds)
    wallSeconds.add(other.wallSeconds)
    lostCPUSeconds.add(other.lostCPUSeconds)
    noWorkerSeconds += other.noWorkerSeconds
  }
}
