internal import Synchronization
internal import TandemSystem

/// What worker processes had written to standard error at their end and could not be passed on yet.
///
/// The end of a worker doesn't wait for somebody to read; the monitor writes the rest when there is
/// room, and the program's exit gives it a last second.
enum StandardErrorBacklog {
  private final class Key: Sendable {}

  private static let key = Key()
  private static let pending = Mutex<[UInt8]>([])

  /// More than this is dropped: nobody reads.
  private static let limit = 1 << 20

  /// Takes over what a worker's relay could not write.
  static func add(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    let isFirst = pending.withLock { pending in
      defer { pending.append(contentsOf: bytes.prefix(limit - pending.count)) }
      return pending.isEmpty
    }
    if isFirst { ExitWait.add(key) { writeAtExit() } }
  }

  /// Writes what there is room for.
  ///
  /// - Returns: whether nothing is left.
  static func flush() -> Bool {
    pending.withLock { OutputRelay.write(&$0) }
  }

  private static func writeAtExit() {
    var deadline = MonotonicClock.now() &+ 1_000_000_000
    var left = Int.max
    while !flush() {
      let now = MonotonicClock.now()
      let count = pending.withLock { $0.count }
      if count < left { deadline = now &+ 1_000_000_000 }
      left = count
      guard now < deadline else { return }
      StandardError.waitForRoom(milliseconds: CInt(clamping: (deadline - now) / 1_000_000 + 1))
    }
  }
}
