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
