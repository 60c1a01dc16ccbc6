import TandemSystem

/// Holds a run until whoever watches it is ready: two pipes of this process, which the run opens
/// through `/proc/PID/fd` (proc_pid_fd(5)).
///
/// The run writes its process number into one and reads a byte from the other. When this process ends,
/// the pipe does too, and the run goes on.
final class WatchGate: Sendable {
  /// What a run needs to know of a gate.
  struct Paths: Codable, Sendable {
    /// Where it writes its process number, 4 bytes, the least first.
    var arrived: String
    /// Where it reads a byte before it goes on.
    var go: String
  }

  private let arrived: PipeEnds
  private let go: PipeEnds

  /// Makes a gate.
  ///
  /// - Throws: `EMFILE` or `ENFILE` when there is no descriptor left.
  init() throws(Errno) {
    arrived = try PipeEnds(nonBlocking: .both)
    go = try PipeEnds()
  }

  /// What the run needs to know.
  var paths: Paths {
    let own = "/proc/\(ServerLaunch.ownPID)/fd"
    return Paths(
      arrived: "\(own)/\(arrived.writer.rawValue)", go: "\(own)/\(go.reader.rawValue)")
  }

  /// Waits until the run is there.
  ///
  /// - Parameter shouldStop: asked every few milliseconds; whether to wait no longer.
  /// - Returns: its process number; nil when it didn't come.
  func waitForRun(shouldStop: () -> Bool) -> Int32? {
    while !shouldStop() {
      guard PacketSocket.waitReadable(arrived.reader.rawValue, timeout: .milliseconds(20)) else {
        continue
      }
      guard let bytes = try? arrived.reader.readSome(limit: 4), bytes.count == 4 else { return nil }
      return bytes.reversed().reduce(0) { $0 << 8 | Int32($1) }
    }
    return nil
  }

  /// Lets the run go.
  func open() {
    // The pipe is empty, so this neither waits nor fails as long as both ends are open here.
    try? go.writer.writeAll([1])
  }

  /// What the run itself does: says that it is there, and waits.
  ///
  /// It blocks; the process does nothing else meanwhile.
  ///
  /// - Parameter paths: the gate's.
  /// - Throws: what open(2) says when the process that watches is gone.
  static func pass(_ paths: Paths) throws(Errno) {
    let pid = UInt32(bitPattern: ServerLaunch.ownPID)
    try Descriptor.open(paths.arrived, .writeOnly)
      .writeAll((0..<4).map { UInt8(truncatingIfNeeded: pid >> (8 * $0)) })
    _ = try Descriptor.open(paths.go).readSome(limit: 1)
  }
}
