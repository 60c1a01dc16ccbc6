package import TandemModel

/// The pairs of models whose difference a reader wants explained.
package enum ComparisonPairs {
  /// The pairs among what ran.
  ///
  /// On both schedules: threads and processes, the two ways to start processes, a process each and a
  /// pool of them, the same for Python, and serial and threads. Only all at once, since where nothing overlaps a lock is
  /// never contended and tasks have nothing to share: threads and the global lock, threads and
  /// tasks, threads and a pool of them.
  ///
  /// - Parameters:
  ///   - cells: the cells of all schedules.
  ///   - work: what was run.
  /// - Returns: pairs of cells that both ran, on one schedule each, in order of interest.
  package static func pairs(
    among cells: [AnalysedCell], work: WorkSummary
  ) -> [(first: AnalysedCell, second: AnalysedCell, schedule: Schedule)] {
    let cells = cells.filter(\.ran)
    let interpreters = orderedInterpreters(of: cells)
    var result: [(first: AnalysedCell, second: AnalysedCell, schedule: Schedule)] = []
    for schedule in [Schedule.allAtOnce, .oneAtATime] {
      func find(_ model: ExecutionModel, _ interpreter: String? = nil) -> AnalysedCell? {
        let matching = cells.filter {
          $0.result.model == model && $0.result.interpreter?.path == interpreter
        }
        // Serial work is the same on every schedule, so it may have been run on one alone.
        return matching.first { $0.result.schedule == schedule }
          ?? (model.workerKind == .none ? matching.first : nil)
      }
      func add(_ first: AnalysedCell?, _ second: AnalysedCell?) {
        guard let first, let second else { return }
        result.append((first, second, schedule))
      }
      let threads = find(.swiftThreads)
      let processes = find(.swiftProcesses)
      add(threads, processes ?? find(.swiftProcessesSpawn))
      for interpreter in interpreters {
        let python = [
          ExecutionModel.pythonProcessesFork, .pythonProcessesForkserver, .pythonProcessesSpawn,
        ].compactMap { find($0, interpreter) }
        let pools = ExecutionModel.allCases.filter { $0.isPythonPool && $0.isProcesses }
          .compactMap { find($0, interpreter) }
        let tasks = find(.pythonAsyncio, interpreter)
        add(find(.pythonThreadPool, interpreter), pools.fastest)
        add(tasks, find(.pythonAsyncioThreads, interpreter))
        add(find(.pythonThreads, interpreter), python.fastest)
        if work.kind == .pythonFunction {
          let threads = find(.pythonThreadPool, interpreter) ?? find(.pythonThreads, interpreter)
          add(find(.pythonSerial, interpreter), tasks ?? threads)
        }
      }
      add(find(.serial), threads)
      if schedule == .allAtOnce {
        add(threads, find(.swiftThreadsGlobalLock))
        add(threads, find(.swiftTasks))
        add(threads, find(.swiftThreadPool))
      }
      add(processes, find(.swiftProcessesSpawn))
      add(processes, find(.swiftProcessPool))
    }
    return result
  }

  private static func orderedInterpreters(of cells: [AnalysedCell]) -> [String] {
    var paths: [String] = []
    for path in cells.compactMap(\.result.interpreter?.path) where !paths.contains(path) {
      paths.append(path)
    }
    return paths
  }
}
