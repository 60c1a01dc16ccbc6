import Tandem
import TandemModel

@testable import TandemLab

/// Runs as an experiment does them: each in a process in which nothing has happened yet.
enum FreshProcess {
  static func run<Task: WorkerTask>(_ task: Task) async throws -> Task.Output {
    let process = WorkerProcess(
      name: "tandem-run", isDaemon: true, startMethod: .spawn, task: task)
    try process.start()
    return try await process.value
  }
}

extension RunRecord {
  /// Seconds from the beginning to the end.
  var wallSeconds: Double { Double(endedNS - beganNS) / 1e9 }
  /// Workers on a CPU, a time average.
  var parallelism: Double { workers.reduce(0) { $0 + Double($1.onCPUNS) } / 1e9 / wallSeconds }
  /// Workers in progress, a time average: between two tasks, a pool's worker isn't.
  var concurrency: Double {
    workers.reduce(0) {
      $0 + Double($1.tasks?.runningNS ?? $1.bodyLeftNS - $1.bodyEnteredNS)
    } / 1e9 / wallSeconds
  }
  /// Workers that wanted a CPU and had none, a time average.
  var deprived: Double { workers.reduce(0) { $0 + Double($1.runnableNS ?? 0) } / 1e9 / wallSeconds }
}
