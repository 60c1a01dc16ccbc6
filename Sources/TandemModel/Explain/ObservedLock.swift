/// A lock, other than an interpreter's, that workers waited for.
public struct ObservedLock: Codable, Sendable, Equatable {
  /// What a lock is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A lock in memory that one thread holds at a time, also a runtime's own.
    case mutex
    /// A lock in memory that many may hold to read and one to write.
    case readWriteLock = "read_write_lock"
    /// A semaphore in memory that is used as a lock (sem_overview(7)).
    case semaphore
    /// A turn in a queue of libdispatch that does one thing at a time.
    case queueTurn = "queue_turn"
    /// A set of System V semaphores that is used as a lock (semop(2)).
    case systemVSemaphore = "system_v_semaphore"
    /// A lock on a file (flock(2), fcntl_locking(2)).
    case file
    /// A word in memory that is used as a lock.
    case word
  }

  /// What it is.
  public var kind: Kind
  /// The process that was first seen waiting for it; of a lock that isn't shared, the one whose memory it is in.
  public var pid: Int32
  /// Its address there (futex(2)), as text such as `0x7f3c5a0010a8`; null for one that isn't in memory.
  @ExplicitNull public var address: String?
  /// What it is called: the variable that it lies in, or the number of a set of System V semaphores; null when that isn't known.
  @ExplicitNull public var name: String?
  /// The file or memory that it lies in, such as `/usr/lib/libc.so.6` or `[heap]`; null when that isn't known.
  @ExplicitNull public var mapping: String?
  /// How far behind the beginning of that file it is mapped, as text such as `0x1d2e60`; null elsewhere.
  @ExplicitNull public var offset: String?
  /// The file that is locked; null for other locks.
  @ExplicitNull public var file: String?
  /// The process that was seen holding it most often; null when that can't be seen.
  @ExplicitNull public var holderPID: Int32?
  /// The share of the looks at the holder at which that process held it; null without a holder.
  @ExplicitNull public var holderShare: Double?
  /// The functions in which workers waited for it, those in which they waited longest first; empty when they
  /// can't be read.
  public var functions: [FunctionShare]
  /// Seconds that workers waited for it, in waits that were looked into.
  public var waitSeconds: Double
  /// The most workers that were seen waiting for it at once.
  public var maxWaiters: Int

  /// Makes an entry.
  public init(
    kind: Kind = .mutex, pid: Int32, address: String?, name: String? = nil,
    mapping: String? = nil, offset: String? = nil, file: String? = nil, holderPID: Int32? = nil,
    holderShare: Double? = nil, functions: [FunctionShare] = [], waitSeconds: Double,
    maxWaiters: Int
  ) {
    self.kind = kind
    self.pid = pid
    self.address = address
    self.name = name
    self.mapping = mapping
    self.offset = offset
    self.file = file
    self.holderPID = holderPID
    self.holderShare = holderShare
    self.functions = functions
    self.waitSeconds = waitSeconds
    self.maxWaiters = maxWaiters
  }

  enum CodingKeys: String, CodingKey {
    case kind, pid, address, name, mapping, offset, file
    case holderPID = "holder_pid"
    case holderShare = "holder_share"
    case functions
    case waitSeconds = "wait_s"
    case maxWaiters = "max_waiters"
  }
}
