import Tandem

final class Counter { var count = 0 }

let perWorker = WorkerLocal { Counter() }

func use() -> Counter {
  // error: returning task-isolated '$0' as a 'sending' result risks causing data races
  perWorker.withValue { $0 }
}
