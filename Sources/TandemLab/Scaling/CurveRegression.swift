/// Fits a scaling curve to times, without iterating.
///
/// Worker-seconds are linear in the unknowns: N·T(N) = c₀ + c₁(N − 1) + c₂N(N − 1), with c₀ = T₁, c₁ = αT₁
/// and c₂ = βT₁. So weighted least squares finds them; that none of c₁ and c₂ may be negative is met by
/// trying each of them fixed at zero and taking the best fit that is allowed.
package struct CurveRegression: Sendable {
  /// A number of workers and its time.
  package struct Point: Sendable, Equatable {
    /// How many workers.
    package var workers: Int
    /// Seconds.
    package var seconds: Double
    /// The standard error of the seconds, above zero.
    package var standardError: Double

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - workers: how many workers.
    ///   - seconds: seconds.
    ///   - standardError: the standard error of the seconds, above zero.
    package init(workers: Int, seconds: Double, standardError: Double) {
      self.workers = workers
      self.seconds = seconds
      self.standardError = standardError
    }
  }

  /// The points.
  package var points: [Point]
  /// Whether β is fitted too; else it is 0.
  package var fitsPairCost: Bool

  /// Prepares a fit.
  ///
  /// - Parameters:
  ///   - points: the points, of as many different numbers of workers as there are unknowns at least.
  ///   - fitsPairCost: whether β is fitted too.
  package init(_ points: [Point], fitsPairCost: Bool) {
    self.points = points
    self.fitsPairCost = fitsPairCost
  }

  /// The best curve with α and β of at least zero; nil when there is none.
  package var curve: ScalingCurve? {
    let sets: [[Term]] =
      fitsPairCost ? [[], [.serial], [.pairs], [.serial, .pairs]] : [[], [.serial]]
    return sets.compactMap(solve).filter { $0.serialShare >= 0 && $0.pairCost >= 0 }
      .min { error(of: $0) < error(of: $1) }
  }

  /// The best curve when α and β may be negative too; nil when there is none.
  package var unboundedCurve: ScalingCurve? {
    solve(fitsPairCost ? [.serial, .pairs] : [.serial])
  }

  private enum Term {
    case serial, pairs

    func value(_ workers: Double) -> Double {
      switch self {
      case .serial: workers - 1
      case .pairs: workers * (workers - 1)
      }
    }
  }

  /// The weighted sum of squares of what a curve leaves.
  private func error(of curve: ScalingCurve) -> Double {
    points.reduce(0) { sum, point in
      let left = (point.seconds - curve.seconds(workers: point.workers)) / point.standardError
      return sum + left * left
    }
  }

  /// Least squares in the terms given; the others are zero.
  private func solve(_ terms: [Term]) -> ScalingCurve? {
    let size = terms.count + 1
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
    for point in points {
      let workers = Double(point.workers)
      // The standard error of N·T is N times that of T.
      let deviation = workers * point.standardError
      let weight = 1 / (deviation * deviation)
      let row = [1] + terms.map { $0.value(workers) }
      for i in 0..<size {
        for j in 0..<size { matrix[i][j] += weight * row[i] * row[j] }
        matrix[i][size] += weight * row[i] * workers * point.seconds
      }
    }
    guard let solution = Self.solution(of: matrix), solution[0] > 0 else { return nil }
    func share(_ term: Term) -> Double {
      terms.firstIndex(of: term).map { solution[$0 + 1] / solution[0] } ?? 0
    }
    return ScalingCurve(
      oneWorkerSeconds: solution[0], serialShare: share(.serial), pairCost: share(.pairs))
  }

  /// Solves a small system by elimination with pivoting; nil when it is singular.
  private static func solution(of system: [[Double]]) -> [Double]? {
    var rows = system
    let size = rows.count
    // Each unknown in units of its own column, else the weights of tiny times decide what counts as zero.
    let scales = (0..<size).map { rows[$0][$0].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for i in 0..<size {
      for j in 0..<size { rows[i][j] /= scales[i] * scales[j] }
      rows[i][size] /= scales[i]
    }
    for column in 0..<size {
      let pivot =
        (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      guard abs(rows[pivot][column]) > 1e-12 else { return nil }
      rows.swapAt(column, pivot)
      for row in 0..<size where row != column {
        let factor = rows[row][column] / rows[column][column]
        for index in column...size { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<size).map { rows[$0][size] / rows[$0][$0] / scales[$0] }
  }
}
