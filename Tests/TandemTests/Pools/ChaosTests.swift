import TandemSystem
import TandemTestSupport
import Testing

/// A pool whose workers and server are killed, stopped and made to exit while it works.
@Suite("A pool under blows", .timeLimit(.minutes(10)))
struct ChaosTests {
  @Test("Everything ends once, with the right bytes or an error that fits, and nothing is left")
  func chaos() async throws {
    let run = try await FixtureRun.of(
      "Chaos", ["--seconds", "4", "--tasks", "1500", "--seed", "4"], timeout: .seconds(90))
    #expect(run.status == .exited(code: 0), "\(run.report)")
    #expect(run.leftBehind.isEmpty, "\(run.report)")
    let summary = try #require(run.lines.last, "\(run.report)")
    #expect(summary.contains("\"violations\":0,"), "\(run.report)")
    #expect(!summary.contains("\"killed\":0,"), "\(run.report)")
    #expect(!summary.contains("\"mid_frame\":0,"), "\(run.report)")
  }
}
