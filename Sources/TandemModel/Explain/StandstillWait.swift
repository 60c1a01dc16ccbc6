/// What one worker of a program that stands still waits for, and who could end that.
public struct StandstillWait: Codable, Sendable, Equatable {
  /// What a worker waits for.
  public enum Target: String, Codable, Sendable, CaseIterable {
    /// A lock that one thread at a time has.
    case lock
    /// A global interpreter lock.
    case gil
    /// A lock for many readers or one writer.
    case readWriteLock = "read_write_lock"
    /// A turn in a queue that does one thing at a time.
    case queueTurn = "queue_turn"
    /// A semaphore, which programs use as a lock and as a queue.
    case semaphore
    /// A lock of Python's, on which its conditions, events, queues and joins wait too.
    case pythonLock = "python_lock"
    /// System V semaphores.
    case systemV = "system_v_semaphore"
    /// A condition variable.
    case condition
    /// A barrier.
    case barrier
    /// Something in a queue of the interpreter's.
    case queue
    /// The other threads of an OpenMP team.
    case openMPTeam = "openmp_team"
    /// The end of a thread.
    case threadEnd = "thread_end"
    /// The end of a process.
    case processEnd = "process_end"
    /// Data from a pipe, or the end of the data.
    case pipeData = "pipe_data"
    /// Room in a full pipe.
    case pipeRoom = "pipe_room"
    /// Data from a socket.
    case socketData = "socket_data"
    /// Room in a full socket.
    case socketRoom = "socket_room"
    /// One of several pipes or sockets.
    case severalDescriptors = "several_descriptors"
    /// A lock on a file.
    case fileLock = "file_lock"
    /// A word of memory that another thread changes.
    case word
  }

  /// The number of its process.
  public var pid: Int32
  /// The number of its thread.
  public var tid: Int32
  /// The thread's name.
  public var name: String
  /// What it waits for.
  public var target: Target
  /// Which one: an address such as `0x7f3c5a0010a8`, `pipe 4711`, a path; null when it has no name.
  @ExplicitNull public var object: String?
  /// The variable in which the lock lies; null when that isn't known.
  @ExplicitNull public var variable: String?
  /// The file or memory that it lies in, such as `/usr/lib/libc.so.6` or `[heap]`; null when that isn't known.
  @ExplicitNull public var mapping: String?
  /// The function of the program in which the worker waits: the innermost one that isn't of the interpreter's
  /// library, if there is one; null when it can't be read.
  @ExplicitNull public var function: ObservedFunction?
  /// Whether the wait ends by itself after some time.
  public var hasLimit: Bool
  /// Seconds after which it ends by itself, from its beginning; null when it doesn't, or when that isn't known.
  @ExplicitNull public var limitSeconds: Double?
  /// The thread that has the lock, or whose end is waited for; null when that isn't known.
  @ExplicitNull public var holder: Int32?
  /// The workers of the program that could end the wait, as far as is known; the first ones when there are very many.
  public var couldEnd: [Int32]
  /// Whether nobody else could end it, apart from a signal or a debugger.
  public var nobodyElse: Bool

  /// Makes a wait.
  public init(
    pid: Int32, tid: Int32, name: String, target: Target, object: String? = nil,
    variable: String? = nil, mapping: String? = nil, function: ObservedFunction? = nil,
    hasLimit: Bool = false, limitSeconds: Double? = nil, holder: Int32? = nil,
    couldEnd: [Int32] = [], nobodyElse: Bool = false
  ) {
    self.pid = pid
    self.tid = tid
    self.name = name
    self.target = target
    self.object = object
    self.variable = variable
    self.mapping = mapping
    self.function = function
    self.hasLimit = hasLimit
    self.limitSeconds = limitSeconds
    self.holder = holder
    self.couldEnd = couldEnd
    self.nobodyElse = nobodyElse
  }

  enum CodingKeys: String, CodingKey {
    case pid, tid, name, target, object, variable, mapping, function
    case hasLimit = "has_limit"
    case limitSeconds = "limit_s"
    case holder
    case couldEnd = "could_end"
    case nobodyElse = "nobody_else"
  }
}
