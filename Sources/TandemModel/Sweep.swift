/// The same total work over several numbers of workers, for each model.
public struct Sweep: Codable, Sendable, Equatable {
  /// The numbers of workers, ascending.
  public var counts: [Int]
  /// Items of work in one run, the same for every number of workers.
  public var items: Int
  /// One entry a model and interpreter that has workers.
  public var series: [SweepSeries]

  /// Makes a sweep.
  public init(counts: [Int], items: Int, series: [SweepSeries]) {
    self.counts = counts
    self.items = items
    self.series = series
  }

  /// The series of a model; nil when it wasn't swept.
  ///
  /// - Parameters:
  ///   - model: the execution model.
  ///   - interpreter: the interpreter's path; nil for Swift models.
  /// - Returns: its series.
  public func series(of model: ExecutionModel, interpreter: String?) -> SweepSeries? {
    series.first { $0.model == model && $0.interpreter == interpreter }
  }
}

/// One model over several numbers of workers.
public struct SweepSeries: Codable, Sendable, Equatable {
  /// What speed-ups are over.
  public enum Baseline: String, Codable, Sendable, CaseIterable {
    /// The same model with one worker.
    case oneWorker = "one-worker"
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

/// One number of workers of a series.
public struct SweepPoint: Codable, Sendable, Equatable {
  /// Workers started in one run.
  public var workers: Int
  /// The most items that any one worker does.
  public var itemsPerWorker: Int
  /// Why there are no figures, a sentence; null when it ran.
  @ExplicitNull public var error: String?
  /// Timed runs that ended well.
  public var n: Int
  /// Wall seconds of each timed run, in order of running.
  public var wallSeconds: [Double]
  /// The block that each timed run belongs to.
  public var blocks: [Int]
  /// The median of `wall_s`; null when nothing ran.
  @ExplicitNull public var medianSeconds: Double?
  /// A bootstrap interval of the median, from six runs up; null below.
  @ExplicitNull public var ci95Seconds: Interval?
  /// The median over blocks of the baseline's wall time over this one's; null without a baseline.
  @ExplicitNull public var speedup: Double?
  /// A bootstrap interval of the speed-up over blocks, from six blocks up; null below.
  @ExplicitNull public var speedupCI95: Interval?
  /// The serial share that this speed-up alone would mean (Karp and Flatt 1990); null for one worker.
  @ExplicitNull public var karpFlatt: Double?
  /// The curve's wall seconds for this number of workers; null where the curve doesn't reach.
  @ExplicitNull public var fittedSeconds: Double?
  /// Why the curve leaves the point out, a few words; null when it takes it in.
  @ExplicitNull public var notInFit: String?

  /// Makes a point with no figures yet.
  public init(
    workers: Int, itemsPerWorker: Int, error: String? = nil, n: Int = 0, wallSeconds: [Double] = [],
    blocks: [Int] = [], medianSeconds: Double? = nil, ci95Seconds: Interval? = nil,
    speedup: Double? = nil,
    speedupCI95: Interval? = nil, karpFlatt: Double? = nil, fittedSeconds: Double? = nil,
    notInFit: String? = nil
  ) {
    self.workers = workers
    self.itemsPerWorker = itemsPerWorker
    self.error = error
    self.n = n
    self.wallSeconds = wallSeconds
    self.blocks = blocks
    self.medianSeconds = medianSeconds
    self.ci95Seconds = ci95Seconds
    self.speedup = speedup
    self.speedupCI95 = speedupCI95
    self.karpFlatt = karpFlatt
    self.fittedSeconds = fittedSeconds
    self.notInFit = notInFit
  }

  enum CodingKeys: String, CodingKey {
    case workers
    case itemsPerWorker = "items_per_worker"
    case error, n
    case wallSeconds = "wall_s"
    case blocks
    case medianSeconds = "median_s"
    case ci95Seconds = "ci95_s"
    case speedup
    case speedupCI95 = "speedup_ci95"
    case karpFlatt = "karp_flatt"
    case fittedSeconds = "fitted_s"
    case notInFit = "not_in_fit"
  }
}

/// A scaling law fitted to a series: N·T(N) = T₁·(1 + α(N − 1) + βN(N − 1)).
///
/// With β = 0 it is Amdahl's law, else the Universal Scalability Law (Gunther 1993).
public struct ScalingFit: Codable, Sendable, Equatable {
  /// The laws.
  public enum Law: String, Codable, Sendable, CaseIterable {
    /// Amdahl's law: α alone, from three numbers of workers.
    case amdahl
    /// The Universal Scalability Law: α and β, from four numbers of workers up.
    case usl
  }

  /// Which law was fitted.
  public var law: Law
  /// How many numbers of workers it was fitted to.
  public var points: Int
  /// T₁: seconds of wall time with one worker, by the curve.
  public var oneWorkerSeconds: Double
  /// α: the share of the work that only one worker at a time can do.
  public var serialShare: Double
  /// The 5th and 95th percentile of α over resampled runs; null for fewer than two runs a point.
  @ExplicitNull public var serialShareCI90: Interval?
  /// What α would be if it might be negative, which is more than N times as fast with N workers;
  /// null when that is no other value.
  @ExplicitNull public var unboundedSerialShare: Double?
  /// β: what each pair of workers costs, as a share of the work; null for Amdahl's law.
  @ExplicitNull public var pairCost: Double?
  /// The 5th and 95th percentile of β over resampled runs; null without β or its spread.
  @ExplicitNull public var pairCostCI90: Interval?
  /// The number of workers beyond which the curve rises again; null when the runs show none.
  @ExplicitNull public var peakWorkers: Int?
  /// The 5th and 95th percentile of the peak over resampled runs; null without a peak.
  @ExplicitNull public var peakCI90: Interval?
  /// The speed-up that no number of workers exceeds, 1 ÷ α; null when α is 0.
  @ExplicitNull public var speedupLimit: Double?
  /// The largest distance of a point from the curve, as a share of the point's wall time.
  public var largestError: Double

  /// Makes a fit.
  public init(
    law: Law, points: Int, oneWorkerSeconds: Double, serialShare: Double,
    serialShareCI90: Interval? = nil, unboundedSerialShare: Double? = nil, pairCost: Double? = nil,
    pairCostCI90: Interval? = nil, peakWorkers: Int? = nil, peakCI90: Interval? = nil,
    speedupLimit: Double? = nil, largestError: Double
  ) {
    self.law = law
    self.points = points
    self.oneWorkerSeconds = oneWorkerSeconds
    self.serialShare = serialShare
    self.serialShareCI90 = serialShareCI90
    self.unboundedSerialShare = unboundedSerialShare
    self.pairCost = pairCost
    self.pairCostCI90 = pairCostCI90
    self.peakWorkers = peakWorkers
    self.peakCI90 = peakCI90
    self.speedupLimit = speedupLimit
    self.largestError = largestError
  }

  enum CodingKeys: String, CodingKey {
    case law, points
    case oneWorkerSeconds = "one_worker_s"
    case serialShare = "serial_share"
    case serialShareCI90 = "serial_share_ci90"
    case unboundedSerialShare = "unbounded_serial_share"
    case pairCost = "pair_cost"
    case pairCostCI90 = "pair_cost_ci90"
    case peakWorkers = "peak_workers"
    case peakCI90 = "peak_ci90"
    case speedupLimit = "speedup_limit"
    case largestError = "largest_error"
  }
}

/// How many workers to use, by what was measured.
public struct WorkerRecommendation: Codable, Sendable, Equatable {
  /// The smallest number of workers that is surely within five per cent of the best measured; null
  /// when the runs don't tell.
  @ExplicitNull public var workers: Int?
  /// The numbers of workers among which the runs don't tell, ascending; empty when they do.
  public var undecidedBetween: [Int]
  /// Why, one sentence.
  public var reason: String

  /// Makes a recommendation.
  public init(workers: Int?, undecidedBetween: [Int] = [], reason: String) {
    self.workers = workers
    self.undecidedBetween = undecidedBetween
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case workers
    case undecidedBetween = "undecided_between"
    case reason
  }
}
