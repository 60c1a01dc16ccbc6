import CFloors
import Glibc
import RequestLine
import Tandem

/// The rows of single workers.
enum WorkerRows {
  private static let clock = ContinuousClock()

  /// How long something takes, in microseconds.
  private static func time(_ body: () throws -> Void) rethrows -> Double {
    try clock.measure(body) / .microseconds(1)
  }

  /// fork(2) in this process, for comparison with the floor.
  static func fork(_ request: Request) throws -> Answer {
    var samples = [Double](repeating: 0, count: request.count)
    let failure = floor_fork(samples.count, &samples)
    return failure == 0
      ? Answer(samples: samples) : Answer(error: String(cString: strerror(failure)))
  }

  /// Start and join of one process, by blocking calls: microseconds.
  static func startProcess(_ request: Request, _ method: StartMethod) throws -> Answer {
    func once() throws -> Double {
      try time {
        let process = WorkerProcess(startMethod: method, input: 0) { $0 }
        try process.start()
        _ = try process.join().get()
      }
    }
    // The first one starts the server.
    _ = try once()
    return Answer(samples: try (0..<request.count).map { _ in try once() })
  }

  /// Start and join of one thread, by blocking calls: microseconds.
  static func startThread(_ request: Request) throws -> Answer {
    let samples = try (0..<request.count).map { _ in
      try time {
        let thread = WorkerThread {}
        try thread.start()
        try thread.join()
      }
    }
    return Answer(samples: samples)
  }
}
