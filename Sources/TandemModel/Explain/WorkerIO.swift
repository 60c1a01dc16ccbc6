/// What a worker read and wrote by system calls, files, pipes and sockets alike (proc_pid_io(5)).
///
/// It doesn't contain send(2), recv(2), splice(2), and memory that is mapped or shared. It was last read
/// some time before the worker's end, so each figure is "at least".
public struct WorkerIO: Codable, Sendable, Equatable {
  /// Bytes that it read.
  public var readBytes: Int
  /// Bytes that it wrote.
  public var writtenBytes: Int
  /// How many calls read them.
  public var reads: Int
  /// How many calls wrote them.
  public var writes: Int

  /// Makes a value.
  public init(readBytes: Int, writtenBytes: Int, reads: Int, writes: Int) {
    self.readBytes = readBytes
    self.writtenBytes = writtenBytes
    self.reads = reads
    self.writes = writes
  }

  enum CodingKeys: String, CodingKey {
    case readBytes = "read_bytes"
    case writtenBytes = "written_bytes"
    case reads, writes
  }
}
