/// What forking took a thread that forked several times, where its children executed no other program.
public struct ForkCost: Codable, Sendable, Equatable {
  /// The process that was forked.
  public var pid: Int32
  /// The thread that forked it.
  public var tid: Int32
  /// The thread's name.
  public var name: String
  /// How often.
  public var forks: Int
  /// CPU seconds of that thread in the kernel from one fork to the next, a mean; null when too few to be told.
  @ExplicitNull public var systemSecondsPerFork: Double?
  /// The largest size of the process's page tables that was read, in KiB; null when none was.
  @ExplicitNull public var pageTablesKiB: Int?
  /// Its children whose memory was looked at when they had just been forked.
  public var childrenSeen: Int
  /// What these had of its memory then, in KiB, together; null where none was looked at.
  @ExplicitNull public var inheritedKiB: Int?
  /// What they have copied of it since, because they wrote to it, in KiB: at least so much; null where none was
  /// looked at.
  @ExplicitNull public var copiedKiB: Int?

  /// Makes a value.
  public init(
    pid: Int32, tid: Int32, name: String, forks: Int, systemSecondsPerFork: Double?,
    pageTablesKiB: Int?, childrenSeen: Int = 0, inheritedKiB: Int? = nil, copiedKiB: Int? = nil
  ) {
    self.pid = pid
    self.tid = tid
    self.name = name
    self.forks = forks
    self.systemSecondsPerFork = systemSecondsPerFork
    self.pageTablesKiB = pageTablesKiB
    self.childrenSeen = childrenSeen
    self.inheritedKiB = inheritedKiB
    self.copiedKiB = copiedKiB
  }

  /// CPU seconds in the kernel for all forks; nil when not known.
  package var systemSeconds: Double? { systemSecondsPerFork.map { $0 * Double(forks) } }

  enum CodingKeys: String, CodingKey {
    case pid, tid, name, forks
    case systemSecondsPerFork = "system_s_per_fork"
    case pageTablesKiB = "page_tables_kib"
    case childrenSeen = "children_seen"
    case inheritedKiB = "inherited_kib"
    case copiedKiB = "copied_kib"
  }
}
