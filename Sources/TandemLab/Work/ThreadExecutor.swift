import Dispatch
import Synchronization

/// Runs async work to its end on the thread that asks, and its child tasks too.
///
/// So an async body can be a thread's whole work, as it would be if the thread were written by hand.
final class ThreadExecutor: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let ready = DispatchSemaphore(value: 0)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    ready.signal()
  }

  /// Runs a body and blocks until its end.
  ///
  /// - Parameter body: what to run.
  /// - Returns: what it gives.
  /// - Throws: what it throws.
  func run<Output: Sendable>(
    _ body: nonisolated(nonsending) @escaping @Sendable () async throws -> Output
  ) throws -> Output {
    let box = OutcomeBox<Output>()
    Task(executorPreference: self) {
      do {
        box.set(.success(try await body()))
      } catch {
        box.set(.failure(error))
      }
    }
    // The outcome is set by a job that runs here, so it is looked at after each.
    while true {
      if let outcome = box.value { return try outcome.get() }
      ready.wait()
      guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}

/// Where the outcome of a task is left.
private final class OutcomeBox<Output: Sendable>: Sendable {
  private let outcome = Mutex<Result<Output, any Error>?>(nil)

  var value: Result<Output, any Error>? { outcome.withLock { $0 } }

  func set(_ newValue: Result<Output, any Error>) { outcome.withLock { $0 = newValue } }
}
