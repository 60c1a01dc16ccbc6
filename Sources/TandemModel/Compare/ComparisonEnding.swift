/// Why a comparison ended when it did, and what it left unfinished.
public struct ComparisonEnding: Codable, Sendable, Equatable {
  /// The reasons there are.
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// Early: what was still run is clearly faster than everything else.
    case clearWinner = "clear_winner"
    /// The number of runs that was asked for was made.
    case runsMade = "runs_made"
    /// Every model ran as often as is useful without being asked for.
    case enoughRuns = "enough_runs"
    /// The time budget was used up.
    case timeBudget = "time_budget"
    /// Every model failed.
    case allFailed = "all_failed"
    /// It was interrupted.
    case interrupted
  }

  /// A model that has no figures, because no run of it fitted into the time budget.
  public struct Unfinished: Codable, Sendable, Equatable {
    /// The execution model.
    public var model: ExecutionModel
    /// The interpreter's path; null for Swift models.
    @ExplicitNull public var interpreter: String?
    /// When workers were to be started and joined.
    public var schedule: Schedule
    /// Seconds that one run would probably take; null where that isn't known.
    @ExplicitNull public var estimateSeconds: Double?
    /// Seconds after which a run was stopped that had not ended; null where none was begun.
    @ExplicitNull public var stoppedAfterSeconds: Double?

    /// Makes an entry.
    public init(
      model: ExecutionModel, interpreter: String?, schedule: Schedule, estimateSeconds: Double?,
      stoppedAfterSeconds: Double?
    ) {
      self.model = model
      self.interpreter = interpreter
      self.schedule = schedule
      self.estimateSeconds = estimateSeconds
      self.stoppedAfterSeconds = stoppedAfterSeconds
    }

    enum CodingKeys: String, CodingKey {
      case model, interpreter, schedule
      case estimateSeconds = "estimate_s"
      case stoppedAfterSeconds = "stopped_after_s"
    }
  }

  /// Why no more timed runs were made.
  public var reason: Reason
  /// Timed runs of all models together.
  public var timedRuns: Int
  /// Seconds from the first preparation to the end of the last run.
  public var elapsedSeconds: Double
  /// The time budget, in seconds; null where a number of runs was asked for instead.
  @ExplicitNull public var timeBudgetSeconds: Double?
  /// Models that have no figures, because no run of them fitted into the time budget.
  public var unfinished: [Unfinished]
  /// The share of the CPUs' time that other programs used while runs were timed, where it was so much that
  /// the times depend on them; null where it was less, or isn't known.
  @ExplicitNull public var othersShare: Double?
  /// The processes that used most of that, on whatever CPU; empty without the share.
  public var others: [OtherProgram]

  /// Makes an ending.
  public init(
    reason: Reason, timedRuns: Int, elapsedSeconds: Double, timeBudgetSeconds: Double?,
    unfinished: [Unfinished] = [], othersShare: Double? = nil, others: [OtherProgram] = []
  ) {
    self.reason = reason
    self.timedRuns = timedRuns
    self.elapsedSeconds = elapsedSeconds
    self.timeBudgetSeconds = timeBudgetSeconds
    self.unfinished = unfinished
    self.othersShare = othersShare
    self.others = others
  }

  enum CodingKeys: String, CodingKey {
    case reason
    case timedRuns = "timed_runs"
    case elapsedSeconds = "elapsed_s"
    case timeBudgetSeconds = "time_budget_s"
    case unfinished
    case othersShare = "others_cpu_share"
    case others
  }
}
