import TandemModel

/// What a run takes, guessed from a run of one item in one thread.
struct FirstItem: Sendable {
  /// Seconds that a run takes beside its items: its fresh process and what is prepared.
  let overheadSeconds: Double
  /// Wall seconds of the item.
  let itemSeconds: Double
  /// Whether the item computed for most of its time, and did not wait.
  let computes: Bool
  /// Seconds in which what an item takes and gives is on its way between processes.
  let sendingSeconds: Double

  /// Takes the run's figures.
  ///
  /// - Parameters:
  ///   - record: a run of one item.
  ///   - elapsedSeconds: what it took with its fresh process, in seconds.
  init(_ record: RunRecord, elapsedSeconds: Double) {
    let body = record.workers.reduce(0.0) { $0 + Double($1.bodyLeftNS - $1.bodyEnteredNS) / 1e9 }
    // On a busy machine the item waits for a CPU, which isn't waiting for anything else.
    let computing = record.workers.reduce(0.0) {
      $0 + Double($1.onCPUNS + ($1.runnableNS ?? 0)) / 1e9
    }
    itemSeconds = body
    overheadSeconds = max(0, elapsedSeconds - body)
    computes = computing > body / 2
    sendingSeconds = 0
  }

  /// Takes the figures of calls that were made to find out what crosses between processes.
  ///
  /// - Parameter crossing: what was found out.
  init(_ crossing: PythonCrossing) {
    itemSeconds = crossing.itemSeconds
    overheadSeconds = crossing.importSeconds
    computes = crossing.onCPUShare > 0.5
    let bytes = (crossing.argument?.bytes ?? 0) + (crossing.result?.bytes ?? 0)
    sendingSeconds = bytes / 1_048_576 * (crossing.sendMiBSeconds ?? 0)
  }

  /// The seconds of a run.
  ///
  /// - Parameters:
  ///   - items: how many items it has.
  ///   - workers: how many of them are done at the same time.
  /// - Returns: seconds, with what the fresh process takes.
  func seconds(items: Int, atOnce workers: Int) -> Double {
    let turns = (items + max(1, workers) - 1) / max(1, workers)
    return overheadSeconds + itemSeconds * Double(turns)
  }

  /// The least seconds that a run of a cell can be expected to take, and what is likely.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - items: how many items a run has.
  ///   - cpus: how many CPUs there are.
  /// - Returns: both; they differ where a global lock may make threads compute one at a time.
  func guess(for cell: Cell, items: Int, cpus: Int) -> (least: Double, likely: Double) {
    let serial = seconds(items: items, atOnce: 1)
    guard cell.model.workerKind != .none, cell.schedule == .allAtOnce else {
      return (serial, serial)
    }
    // An event loop in one thread waits for all calls at the same time.
    let waiting = cell.model == .pythonAsyncio ? items : cell.workers
    var least = seconds(items: items, atOnce: computes ? min(cell.workers, cpus) : waiting)
    if cell.model.isProcesses && cell.model.isPythonPool {
      // All of it goes through one pipe.
      least = max(least, overheadSeconds + sendingSeconds * Double(items))
    }
    let isLocked =
      cell.model == .swiftThreadsGlobalLock
      || cell.model.isPythonThreads && cell.interpreter?.summary.hasGlobalLock == true
    return (least, computes && isLocked ? serial : least)
  }
}
