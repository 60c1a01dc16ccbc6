/// The memory that a worker adds.
public struct MemorySummary: Codable, Sendable, Equatable {
  /// Proportional set size of one worker process, KiB, a mean over workers; null for threads.
  @ExplicitNull public var pssKiBPerWorker: Double?
  /// Memory private to one worker process, KiB, a mean over workers: what ending it frees; null for threads.
  @ExplicitNull public var ussKiBPerWorker: Double?
  /// Resident part of one worker thread's stack, KiB, a mean over workers; null for processes.
  @ExplicitNull public var stackKiBPerWorker: Double?
  /// How it was read.
  public var how: String
  /// When it was read.
  public var when: String

  /// Makes a summary.
  public init(
    pssKiBPerWorker: Double? = nil, ussKiBPerWorker: Double? = nil,
    stackKiBPerWorker: Double? = nil, how: String = "not measured", when: String = "not measured"
  ) {
    self.pssKiBPerWorker = pssKiBPerWorker
    self.ussKiBPerWorker = ussKiBPerWorker
    self.stackKiBPerWorker = stackKiBPerWorker
    self.how = how
    self.when = when
  }

  enum CodingKeys: String, CodingKey {
    case pssKiBPerWorker = "pss_kib_per_worker"
    case ussKiBPerWorker = "uss_kib_per_worker"
    case stackKiBPerWorker = "stack_kib_per_worker"
    case how, when
  }
}
