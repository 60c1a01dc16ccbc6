import Tandem
import TandemModel

/// A run of a Swift model that waits until it is watched.
///
/// Everything that the run starts afterwards is watched from its first moment: perf events are
/// inherited by threads and processes (perf_event_open(2)).
struct WatchedSwiftRun: WorkerTask {
  /// The run.
  var run: SwiftRun
  /// What it waits for.
  var gate: RunGate.Paths

  func run() async throws -> RunRecord {
    try RunGate.pass(gate)
    return try await run.run()
  }
}
