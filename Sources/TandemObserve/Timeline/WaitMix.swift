package import TandemModel

/// What a worker waited for when it was looked at; this stands for the waits that weren't looked into,
/// where there are enough looks.
///
/// A look at a random moment finds a wait with a probability in proportion to its length, so shares of
/// looks are shares of time. The classes of length are counted apart (`WaitLength`).
package struct WaitMix: Sendable, Equatable {
  /// The error of a share that is accepted: the ends of its interval of 95 % lie no farther from it.
  ///
  /// With Wilson's interval this takes 22 looks that all agree, and about 40 that do not.
  package static let acceptedError = 0.15
  /// The normal distribution's quantile for 95 %.
  private static let quantile = 1.96

  /// The looks at waits of each length, by state: their number; of long waits, their nanoseconds.
  ///
  /// Empty before the first one, since most workers of a storm are never looked at.
  private var looks: [SIMD16<Float>] = []
  /// The squares of the long waits' nanoseconds, summed.
  private var squares: Float = 0

  /// Makes an empty mix.
  package init() {}

  /// Counts a look.
  ///
  /// - Parameters:
  ///   - state: what the worker waited for.
  ///   - lengthNS: how long the wait was.
  package mutating func count(_ state: WorkerState, lengthNS: UInt64) {
    let length = WaitLength(lengthNS)
    if looks.isEmpty {
      looks = [SIMD16<Float>](repeating: .zero, count: WaitLength.allCases.count)
    }
    guard length == .long else {
      looks[length.rawValue][state.position] += 1
      return
    }
    // A long wait is looked into once, so the look stands for its whole length.
    let weight = Float(lengthNS)
    looks[length.rawValue][state.position] += weight
    squares += weight * weight
  }

  /// How many looks there are at waits of a length: of long ones, as many of equal weight as say as much
  /// (Kish's effective number).
  ///
  /// - Parameter length: the length.
  /// - Returns: the number.
  package func lookCount(_ length: WaitLength) -> Double {
    guard !looks.isEmpty else { return 0 }
    let sum = Double(looks[length.rawValue].sum())
    guard length == .long else { return sum }
    return squares > 0 ? sum * sum / Double(squares) : 0
  }

  /// Whether enough waits that aren't long were looked into to know what the next ones are for.
  ///
  /// Waits for locks are always looked into, because the report gives the waiting time of each lock.
  var isShortKnown: Bool {
    let short = looks.prefix(WaitLength.long.rawValue).reduce(SIMD16<Float>.zero, +)
    return short.sum() >= Self.enough && short[WorkerState.lock.position] == 0
  }

  /// This many samples give a share to within a twentieth (the standard error of one half).
  private static let enough: Float = 100

  /// What was seen of the waits of a length, whether or not it is enough.
  ///
  /// - Returns: shares that add up to 1; nil without a look.
  private func seen(_ length: WaitLength) -> StateTable? {
    looks.isEmpty
      ? nil : StateTable(values: SIMD16<Double>(looks[length.rawValue])).normalised
  }

  /// The shares of the waits of a length, if there are enough looks at them.
  ///
  /// A busy machine stretches waits: those of a millisecond and more stand for each other where they don't
  /// contradict.
  ///
  /// - Parameter length: the length.
  /// - Returns: shares that add up to 1; nil where one of them isn't known well enough.
  package func shares(_ length: WaitLength) -> StateTable? {
    if let seen = seen(length), Self.areEnough(lookCount(length), for: seen) { return seen }
    guard length == .short || length == .long else { return nil }
    var both = StateTable()
    for length in [WaitLength.short, .long] {
      if let seen = seen(length) { both.add(seen, times: lookCount(length)) }
    }
    guard let shares = both.normalised, Self.areEnough(both.sum, for: shares),
      !contradicts(shares, length)
    else { return nil }
    return shares
  }

  /// Whether what was seen of the waits of a length is too far from some shares to be due to chance.
  private func contradicts(_ shares: StateTable, _ length: WaitLength) -> Bool {
    guard let seen = seen(length) else { return false }
    let tolerance = Self.acceptedError + Self.quantile / 2 / lookCount(length).squareRoot()
    return WorkerState.observed.contains { abs(seen[$0] - shares[$0]) > tolerance }
  }

  /// Whether so many looks give each of some shares to within the accepted error.
  ///
  /// - Parameters:
  ///   - looks: the number of looks.
  ///   - shares: the shares that they gave.
  /// - Returns: whether the ends of Wilson's interval of each lie near enough.
  static func areEnough(_ looks: Double, for shares: StateTable) -> Bool {
    guard looks > 0 else { return false }
    let square = quantile * quantile
    return WorkerState.observed.allSatisfy { state in
      let share = shares[state]
      let centre = (share + square / (2 * looks)) / (1 + square / looks)
      let spread =
        quantile / (1 + square / looks)
        * (share * (1 - share) / looks + square / (4 * looks * looks)).squareRoot()
      return abs(centre - share) + spread <= acceptedError
    }
  }

  /// The shares of the waits of a length: a worker's own, or else those of workers like it.
  ///
  /// Others stand for a worker only where what was seen of its own waits doesn't contradict them.
  ///
  /// - Parameters:
  ///   - own: what was seen of the worker.
  ///   - others: what was seen of workers like it, itself included.
  ///   - length: the length.
  /// - Returns: shares that add up to 1; nil where there are too few looks.
  static func shares(_ own: WaitMix?, _ others: WaitMix?, _ length: WaitLength) -> StateTable? {
    if let known = own?.shares(length) { return known }
    guard let known = others?.shares(length) else { return nil }
    return own?.contradicts(known, length) == true ? nil : known
  }
}
