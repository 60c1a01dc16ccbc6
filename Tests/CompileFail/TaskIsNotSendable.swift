import Tandem

final class Counter: Codable { var count = 0 }

struct Counting: WorkerTask {
  // error: stored property 'counter' of 'Sendable'-conforming struct 'Counting' has non-Sendable type 'Counter'
  var counter: Counter
  func run() -> Int { counter.count }
}
