import Tandem
import TandemSystem

/// A pool's setup: the worker finds its work.
struct StartMeasuring: WorkerTask {
  var work: SwiftWork
  /// Whether it is a thread: outputs then stay what they are.
  var isThread: Bool

  func run() throws -> Bool {
    MeasuredPoolWorker.begin(try work.resolved(encodesOutputs: !isThread), isThread: isThread)
    return true
  }
}

/// One item, as a task of a pool: nothing but its number travels.
struct MeasuredItem: WorkerTask {
  var item: Int

  nonisolated(nonsending) func run() async throws -> [UInt8] {
    try await MeasuredPoolWorker.run(item)
  }
}

/// A pool's teardown: the worker writes its measure into a pipe of the program that runs the pool.
struct ReportMeasure: WorkerTask {
  /// The pipe, as a path through the program's `/proc/PID/fd`.
  var path: String
  /// Whether to read the worker's memory, too.
  var readsMemory: Bool

  func run() throws -> Bool {
    let bytes = MeasuredPoolWorker.report(readsMemory: readsMemory).bytes
    // Less than PIPE_BUF: written as a whole or not at all (pipe(7)).
    try Descriptor.open(path, .writeOnly).writeAll(bytes)
    return true
  }
}
