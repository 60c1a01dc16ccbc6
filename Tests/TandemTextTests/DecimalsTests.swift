import Foundation
import Testing

@testable import TandemText

/// Rounding, compared with printf(3) of the C library.
@Suite struct DecimalsTests {
  private static let edges: [Double] = [
    0, -0.0, 0.5, 1.5, 2.5, 0.25, 0.125, 0.375, 0.0625, 1.005, 2.675, 9.994, 9.995, 9.996, 99.95,
    999.5, 999.95, 0.05, 0.15, 0.25, 0.35, 1e-5, 1e-300, .leastNonzeroMagnitude, 123_456_789.125,
    999_999_999.5,
    1e14, 999_999_999_999_999.9, 4_503_599_627_370_495.5 / 16, 1.0.nextUp, 1.0.nextDown,
  ]

  @Test func edgesRoundAsInC() {
    for value in Self.edges { compare(value) }
  }

  @Test func randomNumbersRoundAsInC() {
    var generator = Generator(state: 20_261)
    for _ in 0..<20_000 {
      let exponent = Double.random(in: -12...14.9, using: &generator)
      compare(pow(10, exponent))
    }
  }

  /// Multiples of an eighth and of a sixteenth are exact in binary: half of them are ties.
  @Test func tiesGoToEvenAsInC() {
    for step in 0..<2000 {
      compare(Double(step) / 8)
      compare(Double(step) / 16)
    }
  }

  @Test func hugeNumbersHaveThreeDigitsAsInC() {
    var generator = Generator(state: 7)
    for _ in 0..<5000 {
      let value = pow(10, Double.random(in: 15...308, using: &generator))
      #expect(SignificantDigits(value, count: 3).text == String(format: "%.3g", value))
    }
    for value in [1e15, 1e16, 9.996e20, 2.787e13, .greatestFiniteMagnitude] {
      #expect(SignificantDigits(value, count: 3).text == String(format: "%.3g", value))
    }
  }

  private func compare(_ value: Double) {
    for places in 0...4 {
      for signed in [value, -value] {
        let text = Decimals(signed, places: places).text(separator: nil, minus: "-")
        var wanted = String(format: "%.\(places)f", signed)
        // Zero has no sign in a report.
        if wanted.allSatisfy({ "-0.".contains($0) }) { wanted = wanted.replacing("-", with: "") }
        #expect(text == wanted)
      }
    }
  }
}

/// The same random numbers in each run (an LCG of Knuth's).
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }
}
