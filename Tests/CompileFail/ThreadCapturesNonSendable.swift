import Tandem

final class Counter { var count = 0 }

func use(_ counter: Counter) {
  // error: capture of 'counter' with non-Sendable type 'Counter' in a '@Sendable' closure
  _ = WorkerThread { counter.count }
}
