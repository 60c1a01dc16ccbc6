import TandemSystem
import TandemText

/// What is left of a time budget before the timed runs begin.
struct BudgetLeft: Sendable {
  /// The whole; nil for none.
  let budget: Duration?
  /// When it began, on the monotonic clock.
  private let began = MonotonicClock.now()

  /// Begins a budget.
  init(_ budget: Duration?) {
    self.budget = budget
  }

  /// How long a step may take: what is left; nil for as long as it likes.
  var left: Duration? {
    budget.map { max(.zero, $0 - .nanoseconds(MonotonicClock.now() &- began)) }
  }

  /// How long a step may take that never takes long.
  ///
  /// - Parameter most: how long it may take at most.
  /// - Returns: that, or what is left if it is less.
  func left(atMost most: Duration) -> Duration { min(most, left ?? most) }

  /// The error for a step of the user's code that took all that was left.
  ///
  /// - Parameter error: what the step ended with.
  /// - Returns: what to say, with what to do about it.
  func error(_ error: PythonError) -> CompareError {
    guard error.code == .timedOut, let budget else { return CompareError(error) }
    let within = "within the time budget of \(FigureText.setting(seconds: budget / .seconds(1)))"
    let raise = "raise it (--time-budget)"
    let sentence =
      switch error.stage?.kind {
      case .importing:
        """
        importing \(error.stage?.name ?? "the module") didn't end \(within): \(raise), or let the module do \
        less when it is imported
        """
      case .arguments:
        """
        \(error.stage?.name ?? "the generator") didn't give the arguments \(within): \(raise), or take fewer \
        (--items)
        """
      case .calls:
        """
        the first calls of the function didn't end \(within): \(raise), or let a call do less
        """
      case nil: "Python didn't start \(within): \(raise)"
      }
    return CompareError(.invalidArgument, sentence)
  }
}
