/// What to use for this work.
public struct Verdict: Codable, Sendable, Equatable {
  /// The answers there are.
  public enum Choice: String, Codable, Sendable, CaseIterable {
    /// Threads are faster.
    case threads
    /// The tasks of one event loop are faster.
    case tasks
    /// Processes are faster.
    case processes
    /// Neither is faster by more than five per cent.
    case either
    /// Neither: the same work without workers is faster than both.
    case serial
    /// The runs don't tell.
    case undecided
  }

  /// The answer.
  public var choice: Choice
  /// The recommended model; null when undecided.
  @ExplicitNull public var model: ExecutionModel?
  /// The recommended number of workers; null when undecided, or when no workers are best.
  @ExplicitNull public var workers: Int?
  /// Why, one sentence.
  public var reason: String

  /// Makes a verdict.
  public init(choice: Choice, model: ExecutionModel?, workers: Int?, reason: String) {
    self.choice = choice
    self.model = model
    self.workers = workers
    self.reason = reason
  }
}
