import Tandem

struct Double: WorkerTask {
  var number: Int
  func run() -> Int { 2 * number }
}

final class NotSendable { var count = 0 }

let perWorker = WorkerLocal { NotSendable() }

func use() async throws {
  try await ProcessPool.with(workers: 2) { pool in
    _ = try await pool.map([1, 2, 3]) { $0 * $0 }
    _ = try await pool.run(Double(number: 3))
    let options = CallOptions.timeout(.seconds(2)).retries(1, after: .workerDeath)
    _ = try await pool.map([1, 2, 3], options) { $0 * $0 }
    _ = try await pool.map([1, 2, 3], .batches(of: 1)) { $0 * $0 }
    _ = try await pool.run(Double(number: 3), .priority(.high))
    _ = try pool.submit(1, options, { $0 })
    if try await pool.run(1, { $0 }) == 1 {}
    for try await _ in try pool.results(of: 1..., { $0 }) { break }
    for try await _ in try pool.results(of: 1..., options, order: .completion, { $0 }) { break }
    for try await _ in try pool.outcomes(of: 1..., .retries(1), inFlight: 8, { $0 }) { break }
  }
  try await ThreadPool.with(workers: 2) { pool in
    _ = try await pool.map([1, 2, 3]) { number in
      perWorker.withValue { value in
        value.count += number
        return value.count
      }
    }
  }
  _ = try await SerialPool().map([1, 2, 3], .init()) { number async in number }
  let process = WorkerProcess(input: 1) { $0 }
  process.send(.interrupt)
  let thread = WorkerThread { 1 }
  try thread.start()
  _ = try await thread.join()
}
