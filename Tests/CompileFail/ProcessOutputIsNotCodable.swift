import Tandem

struct Handle: Sendable {}

func use() {
  // error: generic class 'WorkerProcess' requires that 'Handle' conform to 'Decodable'
  // error: generic class 'WorkerProcess' requires that 'Handle' conform to 'Encodable'
  _ = WorkerProcess(input: 1) { _ in Handle() }
}
