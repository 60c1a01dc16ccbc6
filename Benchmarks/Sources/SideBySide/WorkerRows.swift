import CFloors
import Foundation
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

  /// Private memory of idle workers, each asleep in its task: KiB.
  static func memory(_ request: Request, _ method: StartMethod) throws -> Answer {
    // They sleep in their task until they are killed.
    let workers = try (0..<request.count).map { _ in
      let worker = WorkerProcess(isDaemon: true, startMethod: method, input: 0) { input in
        pause()
        return input
      }
      try worker.start()
      return worker
    }
    defer {
      for worker in workers {
        worker.kill()
        _ = try? worker.join(timeout: .seconds(5))
      }
    }
    let over = clock.now + .seconds(10)
    while workers.contains(where: { $0.times.bodyEntered == nil }), clock.now < over {
      usleep(1_000)
    }
    return Answer(
      samples: try workers.compactMap(\.processIdentifier).map { try PrivateMemory.kib(of: $0) })
  }
}
