import Foundation
import Testing

@testable import SideBySide

/// From what `tandem explain` says of its cost to samples, without running anything.
@Suite("What observing costs")
struct ObservedLoadTests {
  private func report(_ cost: String, switches: String = "exact") throws -> ObservedLoad.Report {
    let text = """
      {"observer": {"cpu_s": 1, "cost": {\(cost), "plain_cpu_s": 2, "observed_cpu_s": 2.1,
      "switches_per_second": 20123, "wall_ratio": 1.05}}, "sources": {"switches": "\(switches)"}}
      """
    return try JSONDecoder().decode(ObservedLoad.Report.self, from: Data(text.utf8))
  }

  private let measured = #""plain_wall_s": [1, 2], "observed_wall_s": [1.5, 2.5], "reason": null"#

  @Test("A pair of runs is a sample, in per cent") func samples() throws {
    let answer = ObservedLoad.answer(try report(measured))
    #expect(answer.samples == [50, 25])
    #expect(
      answer.notes == ["about 20 thousand switches a second; CPU time of the program 5 % more"])
  }

  @Test("What wasn't measured is no sample") func notMeasured() throws {
    let reason = #""plain_wall_s": [], "observed_wall_s": [], "reason": "It was interrupted.""#
    #expect(ObservedLoad.answer(try report(reason)).error == "It was interrupted.")
    #expect(ObservedLoad.answer(try report(measured, switches: "sampled")).skipped != nil)
  }

  @Test("Work is sized by the machine's speed, and events by its CPUs") func sizes() {
    let load = ObservedLoad(
      .observed("load/switches", pairs: 3, scale: 0.1, cpus: 1 << 20), program: "floors",
      unitsPerMicrosecond: 500)
    #expect(load.command == ["floors", "load/switches", "3000", "17500"])
    #expect(load.pairs == 3 && load.eventsPerCPU > 1)
    let own = ObservedLoad(
      .observed("load/threads", pairs: 1, scale: 1), program: "floors", unitsPerMicrosecond: 500)
    #expect(own.eventsPerCPU == 1)
  }
}
