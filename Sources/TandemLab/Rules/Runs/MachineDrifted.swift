import TandemModel
import TandemText

/// The machine got slower or faster while it was measured.
package struct MachineDrifted: Rule {
  package let claim = Claim.machineDrifted

  package init() {}

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    guard let drift = comparison.drift, drift.probability < 0.05,
      abs(drift.change) >= PairedRatio.margin - 1
    else { return [] }
    let direction = drift.change > 0 ? "longer" : "shorter"
    let sentence = """
      Runs took \(direction) and \(direction) during the measurement: from the first half of the \
      blocks to the second, wall times changed by \(FigureText.percent(drift.change)) (rank \
      correlation with the block \(FigureText.ratio(drift.correlation)), \
      \(FigureText.count(drift.blocks, "block"))).
      """
    return [
      conclusion(
        sentence,
        evidence: [
          "change_share": drift.change, "rank_correlation": drift.correlation,
          "probability_by_chance": drift.probability, "blocks": Double(drift.blocks),
        ],
        potentialGain: nil,
        advice: """
          Trust the ratios, which pair neighbouring runs, more than the seconds; for steady \
          seconds, end other programs, let the machine cool, and measure again.
          """)
    ]
  }
}
