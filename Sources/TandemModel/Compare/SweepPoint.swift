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
  /// CPU seconds of the process tree, from start to end, the median over runs; null when nothing ran.
  @ExplicitNull public var cpuSeconds: Double?
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
    cpuSeconds: Double? = nil, speedup: Double? = nil,
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
    self.cpuSeconds = cpuSeconds
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
    case cpuSeconds = "cpu_s"
    case speedup
    case speedupCI95 = "speedup_ci95"
    case karpFlatt = "karp_flatt"
    case fittedSeconds = "fitted_s"
    case notInFit = "not_in_fit"
  }
}
