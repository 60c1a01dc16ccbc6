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

  /// How many of the last bytes are kept for errors.
  private static let tailBytes = 16 << 10
  /// How many of the last lines an error gets.
  private static let tailLines = 20
  /// How much is read at once, and written: what a pipe with room takes without waiting (pipe(7), PIPE_BUF).
  private static let chunkBytes = 4 << 10
  /// How many chunks are read in a row, so that one worker that writes without end doesn't keep the others
  /// waiting.
  private static let chunksATurn = 16
  /// How many chunks are read at the end: a pipe holds 64 KiB, and a grandchild that goes on writing is not
  /// listened to for ever.
  private static let chunksAtTheEnd = 32
  /// How long a line may become before it is delivered without its end.
  private static let longestLine = 64 << 10

  private let reader: Descriptor
  private let policy: Policy
  private let tailBytes: Int
  private var pending: [UInt8] = []
  private var tail: [UInt8] = []
  /// The beginning of a line whose end has not come.
  private var unfinished: [UInt8] = []

  init(reader: consuming Descriptor, policy: Policy, tailBytes: Int = Self.tailBytes) {
    self.reader = reader
    self.policy = policy
    self.tailBytes = tailBytes
  }

  var descriptor: CInt { reader.rawValue }

  /// Reads and writes what is possible without waiting, up to a limit.
  mutating func turn() -> Next {
    guard flush() else { return .retryLater }
    for _ in 0..<Self.chunksATurn {
      let chunk: [UInt8]
      do throws(Errno) {
        chunk = try reader.readSome(limit: Self.chunkBytes)
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
  mutating func finish() -> [String] {
    for _ in 0..<Self.chunksAtTheEnd {
      guard let chunk = try? reader.readSome(limit: Self.chunkBytes), !chunk.isEmpty else { break }
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
      if unfinished.count > Self.longestLine { deliverUnfinished(deliver) }
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
      guard StandardError.hasRoom,
        let count = StandardError.write(Array(pending[written...].prefix(chunkBytes)))
      else { return false }
      written += count
    }
    return true
  }

  static func lastLines(_ tail: [UInt8], limit: Int = tailLines) -> [String] {
    String(decoding: tail, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: true)
      .suffix(limit).map { line in
        String(line.unicodeScalars.filter { $0 == "\t" || $0.value >= 0x20 }.map(Character.init))
      }
  }
}
