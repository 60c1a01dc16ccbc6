import Tandem

struct Handle: Sendable {}

// error: type 'Reading' does not conform to protocol 'Decodable'
// error: type 'Reading' does not conform to protocol 'Encodable'
struct Reading: WorkerTask {
  var handle: Handle
  func run() -> Int { 1 }
}
