import Foundation
import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

/// How often the rule that ends a comparison early, and the verdict after it, are wrong: simulated races with
/// known answers.
///
/// The bounds are those that Documentation/design/comparing.md states.
@Suite("The error of early ends and verdicts") struct RaceErrorTests {
  /// What disturbs the runs of a race.
  enum Noise: String, CaseIterable, Sendable {
    /// Log-normal: 3 % a run.
    case even
    /// Log-normal: 15 % a run.
    case wide
    /// Student's t with two degrees of freedom.
    case heavyTails
    /// One run in twelve takes much longer.
    case outliers
    /// The machine and each model have good and bad spells; the machine gets 30 % slower; and outliers.
    case spellsAndDrift
  }

  /// The machine on which a race is run.
  private struct Machine {
    let noise: Noise
    var generator: SplitMix64
    var spell = 0.0
    var spells: [Double]

    mutating func normal() -> Double {
      let (u, v) = (
        Double.random(in: 1e-12..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
      )
      return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
    }

    mutating func outlier() -> Double {
      guard Double.random(in: 0..<1, using: &generator) < 1.0 / 12 else { return 0 }
      return log(1 - 0.8 * log(Double.random(in: 1e-12..<1, using: &generator)))
    }

    /// The logarithm of what a run takes more than it should.
    mutating func disturbance(of model: Int, progress: Double) -> Double {
      switch noise {
      case .even: return 0.03 * normal()
      case .wide: return 0.15 * normal()
      case .heavyTails:
        let spread = (-log(Double.random(in: 1e-12..<1, using: &generator))).squareRoot()
        return 0.02 * normal() / max(spread, 1e-3)
      case .outliers: return 0.03 * normal() + outlier()
      case .spellsAndDrift:
        spell = 0.9 * spell + 0.035 * normal()
        spells[model] = 0.4 * spells[model] + 0.0275 * normal()
        return spell + spells[model] + 0.3 * progress + outlier()
      }
    }
  }

  /// What came of a race.
  private struct Outcome {
    var answer: PairedRatio.Answer
    var endedEarly: Bool
    var blocks: Int
  }

  /// Runs a race whose first model, threads, is faster than all others by one ratio.
  private static func race(
    _ noise: Noise, models: Int, ratio: Double, blocks: Int, seed: UInt64
  ) -> Outcome {
    var machine = Machine(
      noise: noise, generator: SplitMix64(seed: seed),
      spells: [Double](repeating: 0, count: models))
    let kinds = (0..<models).map { $0 % 2 == 0 ? Race.Kind.threads : .processes }
    var race = Race(kinds, resamples: 200)
    var block = 0
    while block < blocks, !race.isDecided {
      for model in (0..<models).shuffled(using: &machine.generator)
      where race.contenders[model].isRunning {
        let disturbance = machine.disturbance(
          of: model, progress: Double(block) / Double(blocks))
        race.add((model == 0 ? 1 : ratio) * exp(disturbance), of: model, block: block)
      }
      race.judge()
      block += 1
    }
    func best(_ kind: Race.Kind) -> Int {
      race.contenders.indices.filter { race.contenders[$0].kind == kind }
        .min { (race.contenders[$0].median ?? 0) < (race.contenders[$1].median ?? 0) } ?? 0
    }
    // The verdict's question: the best threads against the best processes.
    var generator = SplitMix64(seed: seed, use: "verdict")
    let pairs = race.pairs(best(.threads), over: best(.processes))
    let answer = PairedRatio(logRatios: pairs, resamples: 200, using: &generator)?.answer
    return Outcome(
      answer: answer ?? .undecided, endedEarly: race.isDecided, blocks: block)
  }

  /// So many races of each number of models; those of many models take longer.
  private static let repeats = [(models: 2, races: 120), (4, 60), (8, 24)]
  private static let blocks = [3, 6, 10, 20]

  private static func outcomes(_ noise: Noise, ratio: Double) -> [Outcome] {
    repeats.flatMap { models, races in
      (0..<races).map { number in
        race(
          noise, models: models, ratio: ratio, blocks: blocks[number % blocks.count],
          seed: UInt64(1000 * models + number))
      }
    }
  }

  @Test(arguments: Noise.allCases)
  func aDifferenceOfFivePerCentIsRarelyCalledWrongly(noise: Noise) {
    for ratio in [1.05, 1.1, 1.5] {
      let outcomes = Self.outcomes(noise, ratio: ratio)
      // The threads are faster: neither are the processes, nor is it the same.
      let wrong = outcomes.count { $0.answer == .firstSlower || $0.answer == .same }
      #expect(
        Double(wrong) <= 0.05 * Double(outcomes.count),
        "\(ratio): \(wrong) of \(outcomes.count) are wrong")
    }
  }

  @Test(arguments: Noise.allCases)
  func withoutADifferenceNoneIsClaimed(noise: Noise) {
    let outcomes = Self.outcomes(noise, ratio: 1)
    let wrong = outcomes.count { $0.answer == .firstSlower || $0.answer == .secondSlower }
    #expect(
      Double(wrong) <= 0.05 * Double(outcomes.count), "\(wrong) of \(outcomes.count) are wrong")
    #expect(outcomes.count(where: \.endedEarly) <= outcomes.count / 20)
  }

  /// The rule would never be wrong if it never said anything.
  @Test(arguments: Noise.allCases)
  func aLargeDifferenceEndsTheRaceEarly(noise: Noise) {
    let outcomes = Self.outcomes(noise, ratio: 3)
    let right = outcomes.count { $0.answer == .secondSlower }
    #expect(Double(right) >= 0.9 * Double(outcomes.count))
    let long = (0..<12).map { Self.race(noise, models: 4, ratio: 3, blocks: 30, seed: $0) }
    #expect(long.allSatisfy { $0.endedEarly && $0.answer == .secondSlower })
    #expect((Statistics.median(long.map { Double($0.blocks) }) ?? 99) <= 6)
  }
}
