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
  }
  try await ThreadPool.with(workers: 2) { pool in
    _ = try await pool.map([1, 2, 3]) { number in
      perWorker.withValue { value in
        value.count += number
        return value.count
      }
    }
  }
  let thread = WorkerThread { 1 }
  try thread.start()
  _ = try await thread.join()
}
