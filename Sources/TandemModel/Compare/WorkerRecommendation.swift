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
