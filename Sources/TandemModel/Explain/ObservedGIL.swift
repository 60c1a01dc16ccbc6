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
  /// How often another thread than the last holder took it, as the interpreter counts; null when not measured.
  @ExplicitNull public var handovers: Double?
  /// The threads that were seen holding it most, the first first; empty when the interpreter doesn't tell.
  public var holders: [GILHolder]
  /// How often it was looked at.
  public var samples: Int
  /// Why it isn't measured, a sentence; null when it is.
  @ExplicitNull public var reason: String?

  /// Makes an entry.
  public init(
    pid: Int32, state: State, version: String? = nil, heldShare: Double? = nil,
    waitSeconds: Double? = nil, handovers: Double? = nil, holders: [GILHolder] = [],
    samples: Int = 0,
    reason: String? = nil
  ) {
    self.pid = pid
    self.state = state
    self.version = version
    self.heldShare = heldShare
    self.waitSeconds = waitSeconds
    self.handovers = handovers
    self.holders = holders
    self.samples = samples
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case pid, state, version
    case heldShare = "held_share"
    case waitSeconds = "wait_s"
    case handovers, holders, samples, reason
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
