import Tandem

struct Handle: Sendable {}

// error: type 'Opening' does not conform to protocol 'WorkerTask'
struct Opening: WorkerTask {
  func run() -> Handle { Handle() }
}
