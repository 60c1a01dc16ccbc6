/// One figure of the runs of two commands.
public struct RunComparison: Codable, Sendable, Equatable {
  /// What is compared.
  public var figure: RunFigure
  /// The median over the runs of the command that is compared with.
  public var base: Double
  /// The median over the other's runs.
  public var value: Double
  /// How many pairs of neighbouring runs there are; 0 where each command ran once.
  public var pairs: Int
  /// The median over pairs of value ÷ base; null without a pair, or when either was 0 in a run.
  @ExplicitNull public var ratio: Double?
  /// The interval of 95 % of that median; null below six pairs.
  @ExplicitNull public var ratioCI95: Interval?
  /// Whether the runs show that the figure is larger or smaller.
  public var shown: Shown

  /// What the runs show of a figure.
  public enum Shown: String, Codable, Sendable, CaseIterable {
    /// It is larger, by more than five per cent.
    case larger
    /// It is smaller, by more than five per cent.
    case smaller
    /// It is the same within five per cent.
    case same
    /// The runs are too few, or differ too much, to tell.
    case undecided
  }

  /// Makes a comparison.
  public init(
    figure: RunFigure, base: Double, value: Double, pairs: Int, ratio: Double? = nil,
    ratioCI95: Interval? = nil, shown: Shown = .undecided
  ) {
    self.figure = figure
    self.base = base
    self.value = value
    self.pairs = pairs
    self.ratio = ratio
    self.ratioCI95 = ratioCI95
    self.shown = shown
  }

  enum CodingKeys: String, CodingKey {
    case figure, base, value, pairs, ratio
    case ratioCI95 = "ratio_ci95"
    case shown
  }
}

extension [RunComparison] {
  /// The comparison of a figure; nil when it was not measured.
  public subscript(figure: RunFigure) -> RunComparison? { first { $0.figure == figure } }
}
