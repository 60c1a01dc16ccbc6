import Tandem
import TandemModel
import TandemSystem

extension SwiftRun {
  /// A thread of the operating system a worker.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - work: the work.
  ///   - lock: the lock that all of them share; nil for none.
  /// - Throws: why a worker could not be started or did not end well.
  func runThreads(_ log: inout RunLog, _ work: RunnableWork, lock: GlobalLock?) throws {
    let run = self
    let threads = log.span(.preparing) {
      (0..<workers).map { worker in
        WorkerThread(name: "Thread \(worker)") {
          try work.measure(run.items(of: worker), lock: lock)
        }
      }
    }
    try drive(threads, &log) { thread, measure, observed in
      measure.record(startCalled: thread.times.startCalled ?? 0, endObserved: observed)
    }
  }

  /// Starts and joins workers as the schedule says, and writes down what they report.
  ///
  /// It blocks, as a program does that starts threads by hand: awaiting instead would charge each join
  /// with a way through the cooperative pool. The thread is the main thread of a process that does
  /// nothing else.
  ///
  /// - Parameters:
  ///   - workers: the workers, not started.
  ///   - log: where it is written down.
  ///   - record: makes a worker's record of what it reported and when its end was observed.
  /// - Throws: why a worker could not be started or did not end well.
  func drive<W: Worker>(
    _ workers: [W], _ log: inout RunLog,
    record: (W, BodyMeasure, _ observed: UInt64) -> WorkerRecord
  ) throws where W.Output == BodyMeasure {
    var outcomes: [(WorkerOutcome<BodyMeasure>, UInt64)] = []
    switch schedule {
    case .oneAtATime:
      for worker in workers {
        try worker.start()
        let outcome = try worker.join()
        outcomes.append((outcome, MonotonicClock.now()))
      }
    case .allAtOnce:
      for worker in workers { try worker.start() }
      for worker in workers {
        let outcome = try worker.join()
        // A worker that ended while another was joined is not still ending.
        outcomes.append((outcome, worker.times.endObserved ?? MonotonicClock.now()))
      }
    }
    log.end()
    for (worker, (outcome, observed)) in zip(workers, outcomes) {
      log.workers.append(record(worker, try outcome.get(), observed))
    }
  }
}
