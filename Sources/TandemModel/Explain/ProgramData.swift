/// The data that a program read and wrote, and what of it passed between its own processes.
public struct ProgramData: Codable, Sendable, Equatable {
  /// Of the whole program, with the processes that ended and were waited for.
  public var all: WorkerIO
  /// Bytes that passed between the program's own processes through pipes and sockets, at least; null when no
  /// process was looked at that read or wrote enough.
  @ExplicitNull public var insideBytes: Double?
  /// The processes that moved most, the first first.
  public var processes: [ProcessData]

  /// Makes a value.
  public init(all: WorkerIO, insideBytes: Double? = nil, processes: [ProcessData] = []) {
    self.all = all
    self.insideBytes = insideBytes
    self.processes = processes
  }

  enum CodingKeys: String, CodingKey {
    case all
    case insideBytes = "inside_bytes"
    case processes
  }
}

/// The data of one process of a program that was observed.
public struct ProcessData: Codable, Sendable, Equatable {
  /// The process.
  public var pid: Int32
  /// The process that started it; null when that isn't the program's, or isn't known.
  @ExplicitNull public var parent: Int32?
  /// Of all its threads.
  public var all: WorkerIO
  /// Bytes that it read while nothing that it could read led out of the program; null when it was never seen so.
  @ExplicitNull public var insideReadBytes: Double?
  /// Bytes that it wrote while nothing that it could write led out of the program; null when it was never seen so.
  @ExplicitNull public var insideWrittenBytes: Double?
  /// CPU seconds that its threads spent in the kernel, for those that moved much; null when none did.
  @ExplicitNull public var systemSeconds: Double?
  /// The program's processes at the other ends of its sockets, where only one holds that end.
  public var partners: [Int32]

  /// Makes a value.
  public init(
    pid: Int32, parent: Int32? = nil, all: WorkerIO, insideReadBytes: Double? = nil,
    insideWrittenBytes: Double? = nil, systemSeconds: Double? = nil, partners: [Int32] = []
  ) {
    self.pid = pid
    self.parent = parent
    self.all = all
    self.insideReadBytes = insideReadBytes
    self.insideWrittenBytes = insideWrittenBytes
    self.systemSeconds = systemSeconds
    self.partners = partners
  }

  enum CodingKeys: String, CodingKey {
    case pid, parent, all
    case insideReadBytes = "inside_read_bytes"
    case insideWrittenBytes = "inside_written_bytes"
    case systemSeconds = "system_s"
    case partners
  }
}
