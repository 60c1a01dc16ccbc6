import Glibc
import Tandem
import TandemSystem

/// Bytes that tell which job they are of: its number first, then every 4 KiB other ones.
func pattern(_ number: Int, count: Int) -> [UInt8] {
  var dice = SplitMix64(seed: UInt64(truncatingIfNeeded: number))
  var bytes = [UInt8](repeating: 0, count: count)
  bytes.withUnsafeMutableBytes { buffer in
    for start in stride(from: 0, to: count, by: 4096) {
      let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<min(start + 4096, count)])
      chunk.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: dice.next()))
    }
    withUnsafeBytes(of: number) { buffer.copyMemory(from: .init(rebasing: $0.prefix(count))) }
  }
  return bytes
}

/// An argument came with other bytes than were sent.
struct WrongArgument: Error {
  var number: Int
}

/// One piece of work: whose number and bytes are checked in the worker, and answered with other bytes.
struct Job: WorkerTask {
  var number: Int
  /// How long the work takes, in microseconds of sleep.
  var pause: UInt32
  /// The argument: `pattern(number, …)`.
  var bytes: [UInt8]
  /// How many bytes the result has.
  var replySize: Int

  init(number: Int, pause: UInt32 = 0, argumentSize: Int = 24, replySize: Int = 24) {
    self.number = number
    self.pause = pause
    self.replySize = replySize
    bytes = pattern(number, count: argumentSize)
  }

  /// What the result has to be.
  var expected: [UInt8] { pattern(~number, count: replySize) }

  func run() throws -> [UInt8] { try work() }

  func work() throws -> [UInt8] {
    guard bytes == pattern(number, count: bytes.count) else { throw WrongArgument(number: number) }
    if pause > 0 { usleep(pause) }
    return pattern(~number, count: replySize)
  }
}

/// A result that ends its worker when half of it is written.
struct HalfWritten: Codable, Sendable {
  static let exitCode: Int32 = 77

  init() {}

  init(from decoder: any Decoder) throws {
    var elements = try decoder.unkeyedContainer()
    while !elements.isAtEnd { _ = try elements.decode(Int.self) }
  }

  func encode(to encoder: any Encoder) throws {
    var elements = encoder.unkeyedContainer()
    for index in 0..<64 {
      if index == 32 { _exit(Self.exitCode) }
      try elements.encode(index)
    }
  }
}
