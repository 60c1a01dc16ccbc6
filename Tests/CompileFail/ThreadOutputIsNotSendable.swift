import Tandem

final class Counter { var count = 0 }

func use() {
  // error: type 'Counter' does not conform to the 'Sendable' protocol
  _ = WorkerThread { Counter() }
}
