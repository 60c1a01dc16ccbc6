package import TandemModel

/// How often, or for how long, something was at each of several places.
package struct PlaceShares: Sendable, Equatable {
  private struct Weights: Equatable {
    var all = 0.0
    var lines: [Int: Double] = [:]
  }

  private var functions: [PythonFunction: Weights] = [:]

  /// The most functions and lines of each that are counted.
  private static let most = 256
  /// The most functions that are reported.
  private static let mostReported = 8

  /// Makes shares of nothing.
  package init() {}

  /// Counts a place.
  ///
  /// - Parameters:
  ///   - place: the place.
  ///   - weight: how much it counts.
  package mutating func add(_ place: PythonPlace, _ weight: Double = 1) {
    guard functions.count < Self.most || functions[place.function] != nil else { return }
    var weights = functions[place.function] ?? Weights()
    weights.all += weight
    if let line = place.line, weights.lines.count < Self.most || weights.lines[line] != nil {
      weights.lines[line, default: 0] += weight
    }
    functions[place.function] = weights
  }

  /// The functions with most, each with the line in it that has most.
  ///
  /// - Parameter whole: what the shares are of.
  /// - Returns: the functions, the first one first.
  package func largest(of whole: Double) -> [FunctionShare] {
    guard whole > 0 else { return [] }
    return functions.sorted { ($0.value.all, $1.key.name) > ($1.value.all, $0.key.name) }
      .prefix(Self.mostReported).map { function, weights in
        let line = weights.lines.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        return FunctionShare(
          function: ObservedFunction(PythonPlace(function, line: line)),
          share: weights.all / whole)
      }
  }
}

extension ObservedFunction {
  /// The report's entry of a place.
  package init(_ place: PythonPlace) {
    self.init(name: place.function.name, file: place.function.file, line: place.line)
  }
}
