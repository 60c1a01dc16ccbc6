internal import TandemSystem

/// Passes what a worker writes on to this process's standard error or to a closure, line by line, and
/// keeps the last lines for a crash report.
///
/// It never blocks: when this process's standard error takes no more, it stops reading, and the worker
/// waits as it would have waited without a relay.
struct OutputRelay: ~Copyable {
  /// What becomes of what a worker writes.
  enum Policy: Sendable {
    /// It is written to this process's standard error as it comes, and the last lines are kept.
    case passedOn
    /// Only the last lines are kept.
    case keptOnly
    /// A closure gets each line; the last lines are kept too.
    case lines(@Sendable (String) -> Void)
  }

  /// What to do with the descriptor after a turn.
  enum Next {
    /// Go on watching it.
    case watch
    /// Look again soon: there was no room to write.
    case retryLater
    /// The other end is closed.
    case closed
  }

  private let reader: Descriptor
  private let policy: Policy
  private let tailBytes: Int
  private var pending: [UInt8] = []
  private var tail: [UInt8] = []
  /// The beginning of a line whose end has not come.
  private var unfinished: [UInt8] = []

  init(reader: consuming Descriptor, policy: Policy, tailBytes: Int = 16_384) {
    self.reader = reader
    self.policy = policy
    self.tailBytes = tailBytes
  }

  var descriptor: CInt { reader.rawValue }

  /// Reads and writes what is possible without waiting; at most 64 KiB, so that one worker that
  /// writes without end doesn't keep the others waiting.
  mutating func turn() -> Next {
    guard flush() else { return .retryLater }
    for _ in 0..<16 {
      let chunk: [UInt8]
      do throws(Errno) {
        chunk = try reader.readSome(limit: 4096)
      } catch {
        return error == .tryAgain ? .watch : .closed
      }
      guard !chunk.isEmpty else { return .closed }
      take(chunk)
      guard flush() else { return .retryLater }
    }
    return .watch
  }

  /// Takes what is still there and gives the last lines; what there is no room for goes to the backlog.
  ///
  /// A pipe holds 64 KiB; a grandchild that goes on writing is not listened to for ever.
  mutating func finish() -> [String] {
    for _ in 0..<32 {
      guard let chunk = try? reader.readSome(limit: 4096), !chunk.isEmpty else { break }
      take(chunk)
    }
    if case .lines(let deliver) = policy { deliverUnfinished(deliver) }
    if !flush() { StandardErrorBacklog.add(pending) }
    return Self.lastLines(tail)
  }

  private mutating func take(_ bytes: [UInt8]) {
    tail.append(contentsOf: bytes)
    if tail.count > 2 * tailBytes { tail.removeFirst(tail.count - tailBytes) }
    switch policy {
    case .passedOn: pending.append(contentsOf: bytes)
    case .keptOnly: break
    case .lines(let deliver):
      unfinished.append(contentsOf: bytes)
      while let end = unfinished.firstIndex(of: UInt8(ascii: "\n")) {
        deliver(String(decoding: unfinished[..<end], as: UTF8.self))
        unfinished.removeSubrange(...end)
      }
      // A line without end is given in pieces.
      if unfinished.count > 1 << 16 { deliverUnfinished(deliver) }
    }
  }

  private mutating func deliverUnfinished(_ deliver: (String) -> Void) {
    guard !unfinished.isEmpty else { return }
    deliver(String(decoding: unfinished, as: UTF8.self))
    unfinished = []
  }

  private mutating func flush() -> Bool {
    Self.write(&pending)
  }

  /// Writes bytes to this process's standard error while there is room, and removes them.
  ///
  /// - Parameter pending: the bytes.
  /// - Returns: whether everything is written.
  static func write(_ pending: inout [UInt8]) -> Bool {
    var written = 0
    defer { pending.removeFirst(written) }
    while written < pending.count {
      // A pipe with room takes this much without waiting (pipe(7), PIPE_BUF).
      guard StandardError.hasRoom,
        let count = StandardError.write(Array(pending[written...].prefix(4096)))
      else { return false }
      written += count
    }
    return true
  }

  static func lastLines(_ tail: [UInt8], limit: Int = 20) -> [String] {
    String(decoding: tail, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: true)
      .suffix(limit).map { line in
        String(line.unicodeScalars.filter { $0 == "\t" || $0.value >= 0x20 }.map(Character.init))
      }
  }
}
