import Synchronization
import TandemSystem

/// Holds processes of a run until this one lets them go: when it watches them, or has read their memory.
///
/// A held process writes its number into one pipe, and reads from the other until its end. Both are
/// pipes of this process: where it ends, they end too, and no process stays held.
final class RunGate: Sendable {
  /// What a process needs to pass a gate.
  struct Paths: Codable, Sendable {
    /// Where it writes its number, 4 bytes, the least first.
    var arrived: String
    /// What it reads before it goes on: a byte, or the end.
    var go: String
  }

  private struct GoPipe: ~Copyable {
    var reader: Descriptor
    var writer: Descriptor?
  }

  /// What the processes need.
  let paths: Paths

  private let arrived: PipeEnds
  private let go: Mutex<GoPipe>

  /// Makes a gate.
  ///
  /// - Throws: `EMFILE` or `ENFILE` when there is no descriptor left.
  init() throws(Errno) {
    arrived = try PipeEnds(nonBlocking: .both)
    let go = try PipeEnds().split { GoPipe(reader: $0, writer: $1) }
    paths = Paths(
      arrived: arrived.writer.pathForOtherProcesses, go: go.reader.pathForOtherProcesses)
    self.go = Mutex(go)
  }

  /// Waits for a short time for processes to arrive.
  ///
  /// - Parameter count: how many numbers to read at most.
  /// - Returns: the numbers of those that arrived; none after 20 ms without one.
  func arrivals(atMost count: Int) -> [Int32] {
    guard PacketSocket.waitReadable(arrived.reader.rawValue, timeout: .milliseconds(20)) else {
      return []
    }
    let bytes = (try? arrived.reader.readSome(limit: 4 * count)) ?? []
    // Less than PIPE_BUF is written as a whole (pipe(7)).
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int32($1) }
    }
  }

  /// Lets the processes go.
  func open() {
    go.withLock { $0.writer = nil }
  }

  /// What a process does that is held: says that it is there, and waits.
  ///
  /// It blocks; the process does nothing else meanwhile.
  ///
  /// - Parameter paths: the gate's.
  /// - Throws: what open(2) says when the process that holds it is gone.
  static func pass(_ paths: Paths) throws(Errno) {
    let pid = UInt32(bitPattern: ServerLaunch.ownPID)
    try Descriptor.open(paths.arrived, .writeOnly)
      .writeAll((0..<4).map { UInt8(truncatingIfNeeded: pid >> (8 * $0)) })
    _ = try Descriptor.open(paths.go).readSome(limit: 1)
  }
}

extension Descriptor {
  /// Where other processes can open what this descriptor of this process refers to: they inherit none
  /// (proc_pid_fd(5)).
  var pathForOtherProcesses: String { "/proc/\(ServerLaunch.ownPID)/fd/\(rawValue)" }
}
