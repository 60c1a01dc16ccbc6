/// One model over several numbers of workers.
public struct SweepSeries: Codable, Sendable, Equatable {
  /// What speed-ups are over.
  public enum Baseline: String, Codable, Sendable, CaseIterable {
    /// The same model with one worker.
    case oneWorker = "one_worker"
    /// The same work without workers, where one worker wasn't measured.
    case serial
  }

  /// The execution model.
  public var model: ExecutionModel
  /// The interpreter's path; null for Swift models.
  @ExplicitNull public var interpreter: String?
  /// When workers were started and joined.
  public var schedule: Schedule
  /// What speed-ups are over; null when neither was measured.
  @ExplicitNull public var baseline: Baseline?
  /// One entry a number of workers, ascending.
  public var points: [SweepPoint]
  /// The curve through the points; null when they don't allow one.
  @ExplicitNull public var fit: ScalingFit?
  /// Why there is no curve, or what it can't tell, a sentence; null when there is nothing to say.
  @ExplicitNull public var fitNote: String?
  /// How many workers to use.
  public var recommendation: WorkerRecommendation

  /// Makes a series.
  public init(
    model: ExecutionModel, interpreter: String?, schedule: Schedule, baseline: Baseline?,
    points: [SweepPoint], fit: ScalingFit?, fitNote: String?, recommendation: WorkerRecommendation
  ) {
    self.model = model
    self.interpreter = interpreter
    self.schedule = schedule
    self.baseline = baseline
    self.points = points
    self.fit = fit
    self.fitNote = fitNote
    self.recommendation = recommendation
  }

  enum CodingKeys: String, CodingKey {
    case model, interpreter, schedule, baseline, points, fit
    case fitNote = "fit_note"
    case recommendation
  }
}
