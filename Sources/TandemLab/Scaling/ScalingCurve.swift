/// The time of a fixed amount of work over N workers, by the Universal Scalability Law.
///
/// Gunther, "A simple capacity model of massively parallel transaction systems" (1993), solved for the
/// time: N·T(N) = T₁·(1 + α(N − 1) + βN(N − 1)). With β = 0 it is Amdahl's law.
package struct ScalingCurve: Sendable, Equatable {
  /// T₁: seconds with one worker.
  package var oneWorkerSeconds: Double
  /// α: the share of the work that only one worker at a time can do.
  package var serialShare: Double
  /// β: what each pair of workers costs, as a share of the work.
  package var pairCost: Double

  /// Makes a curve.
  ///
  /// - Parameters:
  ///   - oneWorkerSeconds: seconds with one worker.
  ///   - serialShare: α.
  ///   - pairCost: β.
  package init(oneWorkerSeconds: Double, serialShare: Double, pairCost: Double) {
    self.oneWorkerSeconds = oneWorkerSeconds
    self.serialShare = serialShare
    self.pairCost = pairCost
  }

  /// The time with some workers.
  ///
  /// - Parameter workers: how many, at least one.
  /// - Returns: seconds.
  package func seconds(workers: Int) -> Double {
    let count = Double(workers)
    return oneWorkerSeconds * (1 + serialShare * (count - 1) + pairCost * count * (count - 1))
      / count
  }

  /// Where the time is least, as a real number of workers; nil when it falls for ever.
  package var peak: Double? {
    guard pairCost > 0 else { return nil }
    return max(1, (max(0, 1 - serialShare) / pairCost).squareRoot())
  }

  /// The speed-up that no number of workers exceeds; nil when there is no such limit.
  package var speedupLimit: Double? {
    serialShare > 0 ? max(1, 1 / serialShare) : nil
  }
}

/// The serial share that one speed-up alone would mean.
///
/// Karp and Flatt, "Measuring parallel processor performance" (1990). Over several numbers of workers a
/// flat share is a serial part; one that rises is overhead that grows with the workers.
package enum KarpFlatt {
  /// The serial share.
  ///
  /// - Parameters:
  ///   - speedup: how many times as fast, above zero.
  ///   - workers: with how many workers.
  /// - Returns: the share; negative for more than `workers` times as fast; nil for one worker.
  package static func serialShare(speedup: Double, workers: Int) -> Double? {
    guard workers > 1, speedup > 0 else { return nil }
    let inverse = 1 / Double(workers)
    return (1 / speedup - inverse) / (1 - inverse)
  }
}
