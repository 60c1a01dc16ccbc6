/// What changed between two saved results of the same kind: a value for a text, and no schema.
///
/// The runs of two results are not neighbours in time, so they are not paired.
package struct ResultChange: Sendable, Equatable {
  /// What kind of results they are.
  package enum Kind: Sendable, Equatable {
    /// Two comparisons.
    case compare
    /// Two observed programs.
    case explain
    /// Two differences of programs.
    case versus
    /// Two sweeps.
    case sweep
  }

  /// What kind of results they are.
  package var kind: Kind
  /// What is compared, a row each.
  package var rows: [RunChange]
  /// The places in `rows` that the answer and the check are of.
  package var counting: [Int]
  /// Whether it is faster or slower, by how much, and how sure that is: one sentence.
  package var answer: String
  /// What is said beside it; empty for nothing.
  package var aside: String
  /// In what the results are not alike besides their times, a clause each.
  package var unlike: [String]
  /// The ratio that counts as the same, above 1.
  package var margin: Double
  /// Whether times are of one item each, because the results have different numbers of items.
  package var isPerItem: Bool
  /// What a check for slower runs says; nil where none was asked for.
  package var check: SlowerCheck?
  /// The two observed runs, taken apart; nil for other results.
  package var observed: ExplainDifference?

  /// Makes a change.
  package init(
    kind: Kind, rows: [RunChange], counting: [Int], answer: String, aside: String = "",
    unlike: [String] = [], margin: Double, isPerItem: Bool = false, check: SlowerCheck? = nil,
    observed: ExplainDifference? = nil
  ) {
    self.kind = kind
    self.rows = rows
    self.counting = counting
    self.answer = answer
    self.aside = aside
    self.unlike = unlike
    self.margin = margin
    self.isPerItem = isPerItem
    self.check = check
    self.observed = observed
  }
}

/// One figure before and after.
package struct RunChange: Sendable, Equatable {
  /// What its numbers are.
  package enum Unit: Sendable, Equatable {
    /// Seconds.
    case seconds
    /// A time average.
    case average
  }

  /// What it is of, such as `swift-thread-pool`.
  package var label: String
  /// What its numbers are.
  package var unit: Unit
  /// The median over the first result's runs; nil without a run.
  package var before: Double?
  /// The median over the second result's runs; nil without a run.
  package var after: Double?
  /// How many runs the first result has of it.
  package var beforeRuns: Int
  /// How many runs the second result has of it.
  package var afterRuns: Int
  /// After ÷ before; nil where one of them is missing.
  package var ratio: Double?
  /// The interval of 95 % of the ratio; nil below six runs of each.
  package var ratioCI95: Interval?
  /// What the runs show.
  package var shown: RunComparison.Shown
  /// Why it can't be compared, a clause; nil where it can.
  package var why: String?

  /// Makes a row.
  package init(
    label: String, unit: Unit = .seconds, before: Double?, after: Double?, beforeRuns: Int,
    afterRuns: Int, ratio: Double? = nil, ratioCI95: Interval? = nil,
    shown: RunComparison.Shown = .undecided, why: String? = nil
  ) {
    self.label = label
    self.unit = unit
    self.before = before
    self.after = after
    self.beforeRuns = beforeRuns
    self.afterRuns = afterRuns
    self.ratio = ratio
    self.ratioCI95 = ratioCI95
    self.shown = shown
    self.why = why
  }
}

/// Whether the second result is slower than the first by more than a bound.
package struct SlowerCheck: Sendable, Equatable {
  /// What a check gives.
  package enum Outcome: Sendable, Equatable {
    /// It is shown to be slower by more than the bound.
    case slower
    /// It is not, or the runs don't show it.
    case notSlower
    /// The results can't tell.
    case impossible
  }

  /// How much slower is allowed, as a share: 0.05 for five per cent.
  package var allowed: Double
  /// What it gives.
  package var outcome: Outcome
  /// Why, a clause.
  package var reason: String

  /// Makes an outcome.
  package init(allowed: Double, outcome: Outcome, reason: String) {
    self.allowed = allowed
    self.outcome = outcome
    self.reason = reason
  }
}
