import Tandem
import TandemModel
import TandemObserve
import TandemSystem

/// Watches runs from outside, on a thread of its own.
struct Watcher: Sendable {
  /// The machine.
  var machine: MachineSummary

  /// What became of watching a run.
  struct Outcome: Sendable {
    /// What the run recorded.
    var record: RunRecord
    /// What was seen; nil when it could not be watched.
    var observed: ObservedRun?
    /// Why it could not be watched, a phrase; nil when it could.
    var reason: String?
  }

  /// Watches a run from the moment on that it passes a gate, until it ends.
  ///
  /// - Parameter run: starts the run, which is to pass the gate before it does anything, and waits for
  ///   its end.
  /// - Returns: the run's record and what was seen.
  /// - Throws: what the run throws, or why there are no pipes or threads for watching it.
  func watch(
    _ run: @Sendable (RunGate.Paths) async throws -> RunRecord
  ) async throws -> Outcome {
    let gate = try RunGate()
    let isOver = SharedFlag()
    let machine = machine
    let thread = WorkerThread(name: "tandem-watch") { () -> Seen in
      var pid: Int32?
      while pid == nil, !isOver.isSet { pid = gate.arrivals(atMost: 1).first }
      guard let pid else { return .notSeen("it did not report its start") }
      // Whatever happens, the run goes on.
      defer { gate.open() }
      do throws(Observer.Failure) {
        return .seen(
          try ObservedRun.following(
            pid, on: machine, whenFollowed: { gate.open() }, shouldStop: { isOver.isSet }))
      } catch {
        return .notSeen(error.phrase)
      }
    }
    try thread.start()
    let result: Result<RunRecord, any Error>
    do { result = .success(try await run(gate.paths)) } catch { result = .failure(error) }
    // The run's processes have ended when this is set, so nothing is cut off.
    isOver.set(true)
    let seen = try await thread.join().get()
    let record = try result.get()
    switch seen {
    case .seen(let observed): return Outcome(record: record, observed: observed)
    case .notSeen(let reason): return Outcome(record: record, reason: reason)
    }
  }

  private enum Seen: Sendable {
    case seen(ObservedRun)
    case notSeen(String)
  }
}

extension Observer.Failure {
  /// Why a run could not be watched, for a sentence.
  fileprivate var phrase: String {
    switch self {
    case .noSwitchRecords: "the kernel gives no records of switches"
    case .notStarted(let error): "it could not be started (\(error))"
    case .noSuchProcess: "it ended before the observation began"
    case .notOurs(let error): "its processes can't be inspected (\(error))"
    case .noResources(let error): "there is no descriptor or memory left for observing (\(error))"
    }
  }
}
