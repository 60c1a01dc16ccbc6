import TandemModel
import Testing

@testable import TandemReport

/// What the last lines say of where the figures come from.
@Suite struct SourceSectionTests {
  private func text(stolenSeconds: Double?, _ switches: ObservationSources.Switches) -> String {
    var report = MadeUpExplanations.gilBound.report
    report.sources.switches = switches
    report.sources.stolenSeconds = stolenSeconds
    return SourceSection(report: report).lines(width: 400)
      .map { $0.rendered(color: false) }.joined(separator: "\n")
  }

  @Test func whatTheHostTookIsToldWhereItMatters() {
    #expect(
      text(stolenSeconds: 0.5, .exact)
        .contains(
          "the host took 500 ms of CPU time meanwhile, which counts as time on a CPU where it hit the "
        ))
    #expect(
      text(stolenSeconds: 0.5, .sampled).contains("the host took 500 ms of CPU time meanwhile ·"))
    for stolen in [nil, 0, 0.019, 0.03] {
      #expect(!text(stolenSeconds: stolen, .exact).contains("host"), "\(stolen ?? -1)")
    }
  }
}
