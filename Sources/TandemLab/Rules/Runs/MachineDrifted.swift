package import TandemModel
import TandemText

/// The machine got slower or faster while it was measured.
package struct MachineDrifted: Rule {
  package let name = "machine-drifted"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    guard let drift = context.drift, drift.probability < 0.05,
      abs(drift.change) >= PairedRatio.margin - 1
    else { return [] }
    let direction = drift.change > 0 ? "longer" : "shorter"
    let claim = """
      Runs took \(direction) and \(direction) while the machine was measured: from the first half \
      of the blocks to the second, wall times changed by \(FigureText.percent(drift.change)) (rank \
      correlation with the block \(FigureText.ratio(drift.correlation)), \
      \(FigureText.count(drift.blocks, "block"))).
      """
    return [
      finding(
        claim,
        evidence: [
          "change_share": drift.change, "rank_correlation": drift.correlation,
          "probability_by_chance": drift.probability, "blocks": Double(drift.blocks),
        ],
        advice: """
          Trust the ratios, which pair neighbouring runs, more than the seconds; for steady \
          seconds, end what else runs on the machine, let it cool, and measure again.
          """)
    ]
  }
}
