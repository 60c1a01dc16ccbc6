/// The global interpreter lock of one process, or of one interpreter in it that has its own.
public struct ObservedGIL: Codable, Sendable, Equatable {
  /// What is known of the lock.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// One thread at a time runs the program's code.
    case on
    /// The interpreter runs without it.
    case off
    /// It could not be found or read.
    case notMeasured = "not_measured"
  }

  /// The process.
  public var pid: Int32
  /// What is known of it.
  public var state: State
  /// The interpreter's version, such as `3.11.7`, `PyPy 3.9` or `Ruby 3.1`; null when it isn't known.
  @ExplicitNull public var version: String?
  /// The share of the time that the lock was watched in which a thread held it; null when not measured.
  @ExplicitNull public var heldShare: Double?
  /// Seconds that all threads of the process waited for it; null when not measured.
  @ExplicitNull public var waitSeconds: Double?
  /// The most seconds that they can have waited for it, where that is known although the wait isn't; null otherwise.
  @ExplicitNull public var waitAtMostSeconds: Double?
  /// How often another thread than the last holder took it, as the interpreter counts; null when not measured.
  @ExplicitNull public var handovers: Double?
  /// For how long a waiter waits before it asks the holder to let go (`sys.getswitchinterval`), in seconds; null when not known.
  @ExplicitNull public var intervalSeconds: Double?
  /// The waits of such an interval; null when there were none, or when they weren't measured.
  @ExplicitNull public var waits: GILIntervalWaits?
  /// The time in which one thread held it, no other took it, and another one waited for it longest; null when no such time was seen.
  @ExplicitNull public var longestHold: GILHold?
  /// The longest times in which one thread held it, by their start; null for a process of one thread, and where
  /// that can't be seen.
  @ExplicitNull public var holds: [GILHolding]?
  /// The threads that were seen holding it most, the first first; empty when the interpreter doesn't tell.
  public var holders: [GILHolder]
  /// The functions in which the holders were, those seen most first; empty when they can't be read.
  public var functions: [FunctionShare]
  /// The functions in which threads waited for it, those in which they waited longest first; empty when they
  /// can't be read.
  public var waitingFunctions: [FunctionShare]
  /// Seconds for which a thread that held it was importing modules, about; null when not measured.
  @ExplicitNull public var importSeconds: Double?
  /// How often it was looked at.
  public var samples: Int
  /// Why it isn't measured, a sentence; null when it is.
  @ExplicitNull public var reason: String?

  /// Makes an entry.
  public init(
    pid: Int32, state: State, version: String? = nil, heldShare: Double? = nil,
    waitSeconds: Double? = nil, handovers: Double? = nil,
    intervalSeconds: Double? = nil, waits: GILIntervalWaits? = nil, longestHold: GILHold? = nil,
    holders: [GILHolder] = [], functions: [FunctionShare] = [],
    waitingFunctions: [FunctionShare] = [], importSeconds: Double? = nil, samples: Int = 0,
    reason: String? = nil, holds: [GILHolding]? = nil, waitAtMostSeconds: Double? = nil
  ) {
    self.pid = pid
    self.state = state
    self.version = version
    self.heldShare = heldShare
    self.waitSeconds = waitSeconds
    self.handovers = handovers
    self.intervalSeconds = intervalSeconds
    self.waits = waits
    self.longestHold = longestHold
    self.holders = holders
    self.functions = functions
    self.waitingFunctions = waitingFunctions
    self.importSeconds = importSeconds
    self.samples = samples
    self.reason = reason
    self.holds = holds
    self.waitAtMostSeconds = waitAtMostSeconds
  }

  enum CodingKeys: String, CodingKey {
    case pid, state, version
    case heldShare = "held_share"
    case waitSeconds = "wait_s"
    case waitAtMostSeconds = "wait_at_most_s"
    case handovers
    case intervalSeconds = "interval_s"
    case waits
    case longestHold = "longest_hold"
    case holds, holders, functions
    case waitingFunctions = "waiting_functions"
    case importSeconds = "import_s"
    case samples, reason
  }
}

/// A thread that held a global interpreter lock.
public struct GILHolder: Codable, Sendable, Equatable {
  /// The thread.
  public var tid: Int32
  /// The share of the looks at which it held the lock.
  public var share: Double

  /// Makes a holder.
  public init(tid: Int32, share: Double) {
    self.tid = tid
    self.share = share
  }
}

/// Waits for a global interpreter lock of one switch interval each: for so long a thread sleeps before it
/// asks the holder to let go.
public struct GILIntervalWaits: Codable, Sendable, Equatable {
  /// About how many there were, in all threads of the process.
  public var count: Double
  /// How long one took, on average.
  public var meanSeconds: Double
  /// CPU seconds that the threads that waited so used for each of these waits.
  public var onCPUSeconds: Double

  /// Makes the figures.
  public init(count: Double, meanSeconds: Double, onCPUSeconds: Double) {
    self.count = count
    self.meanSeconds = meanSeconds
    self.onCPUSeconds = onCPUSeconds
  }

  enum CodingKeys: String, CodingKey {
    case count
    case meanSeconds = "mean_s"
    case onCPUSeconds = "on_cpu_s"
  }
}

/// A time in which one thread held a global interpreter lock without a hand-over.
public struct GILHold: Codable, Sendable, Equatable {
  /// How long it lasted, at least.
  public var seconds: Double
  /// For how much of that another thread waited for it, at least.
  public var waitedSeconds: Double
  /// The thread; null when its number isn't known.
  @ExplicitNull public var tid: Int32?
  /// The function in which it was all the time; null when it wasn't in one, or when that can't be read.
  @ExplicitNull public var function: ObservedFunction?

  /// Makes a hold.
  public init(
    seconds: Double, waitedSeconds: Double, tid: Int32?, function: ObservedFunction? = nil
  ) {
    self.seconds = seconds
    self.waitedSeconds = waitedSeconds
    self.tid = tid
    self.function = function
  }

  enum CodingKeys: String, CodingKey {
    case seconds
    case waitedSeconds = "waited_s"
    case tid, function
  }
}
