import TandemModel
import Testing

@testable import TandemLab

/// The most that a finding's cure could save, against bounds that were worked out by hand, and the order
/// that follows from it.
@Suite struct GainTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var claim: Claim
    var program: ExplainReport
    /// The bound in seconds; nil where one run can't tell.
    var seconds: Double?
    var basis = ""

    var testDescription: String { name }
  }

  /// One worker waits for a lock all the time, beside others that compute.
  private static func oneWaits(besides computing: Int, cpus: Int) -> ExplainReport {
    MadeUpProgram.program(
      MadeUpProgram.workers(computing, [.onCPU: 2])
        + [MadeUpProgram.worker([.lock: 2], tid: 300)], wall: 2,
      shares: [.onCPU: 1.5, .lock: 0.5], cpus: cpus)
  }

  static let cases: [Case] = [
    // Four threads, one on a CPU at a time for 2 s: two CPUs need 1 s for that.
    Case(
      name: "the GIL keeps one of two CPUs idle", claim: .gilBound,
      program: MadeUpProgram.fourUnderOneLock(lost: 2), seconds: 1,
      basis: "the rest is its 2.00 s of CPU time, on 2 CPUs"),
    // The shares say a quarter; on the way that decides the end it may be all of it.
    Case(
      name: "one waits while one computes on one of four CPUs", claim: .lockBound,
      program: oneWaits(besides: 1, cpus: 4), seconds: 1.5, basis: "its 2.00 s"),
    Case(
      name: "one waits while the CPUs are full", claim: .lockBound,
      program: oneWaits(besides: 2, cpus: 2), seconds: 0, basis: "its 4.00 s"),
    Case(
      name: "a wait shorter than what the CPUs leave", claim: .lockBound,
      program: MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 1.6, .lock: 0.4])], wall: 2,
        shares: [.onCPU: 1.6, .lock: 0.4]), seconds: 0.4,
      basis: "the time in which a worker waited for a lock"),
    Case(
      name: "a wait for an unknown reason may be for the lock too", claim: .lockBound,
      program: MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 1.2, .lock: 0.4, .other: 0.1])], wall: 1.7,
        shares: [.onCPU: 1.2, .lock: 0.4, .other: 0.1]), seconds: 0.5,
      basis: "or for an unknown reason"),
    // 100 × 20 ms, one after the other: 1 s of CPU time on each of two CPUs.
    Case(
      name: "100 threads one by one", claim: .neverOverlapped, program: MadeUpProgram.oneByOne,
      seconds: 1, basis: "its 2.00 s"),
    // The longer of two that sleep one after the other remains; the first thread's second before them too.
    Case(
      name: "two that sleep one after the other", claim: .neverOverlapped,
      program: MadeUpProgram.program(
        [
          MadeUpProgram.worker([.sleep: 0.5], tid: 101, from: 1),
          MadeUpProgram.worker([.sleep: 0.7], tid: 102, from: 1.5),
        ], wall: 2.2, shares: [.onCPU: 1, .sleep: 1.2], atOnce: 1,
        main: [.onCPU: 1, .waitingForWork: 1.2]), seconds: 0.5,
      basis: "the time of all started workers but the busiest"),
    // Whether fewer workers need less CPU time, one run doesn't show.
    Case(
      name: "eight on two CPUs", claim: .oversubscribed, program: MadeUpProgram.eightOnTwo,
      seconds: nil),
    // 2 s of one worker, 0.4 s of three: 0.8 s each.
    Case(
      name: "one of four does most", claim: .workersUneven, program: MadeUpProgram.oneSlow,
      seconds: 0.4, basis: "its 3.20 s"),
    Case(
      name: "one of four waits for I/O most", claim: .workersUneven,
      program: MadeUpProgram.program(
        [MadeUpProgram.worker([.io: 2], tid: 199, alone: 1.6)]
          + MadeUpProgram.workers(3, [.io: 0.4]), wall: 2,
        shares: [.io: 2]), seconds: 1.2, basis: "its work minus an even share"),
    Case(
      name: "I/O that doesn't overlap", claim: .ioBound,
      program: MadeUpProgram.waiting(.io, workers: 1), seconds: 1.9,
      basis: "the time in which a worker waited for I/O"),
    Case(
      name: "idle workers", claim: .moreWorkersThanWork,
      program: MadeUpProgram.pool(of: 16, busy: 2), seconds: 0, basis: "memory, not time"),
    // 100 lives of 10 ms, one after the other.
    Case(
      name: "processes that begin and end", claim: .startUpDominates,
      program: MadeUpProgram.storm(lives: 0.01, kind: .process), seconds: 1,
      basis: "from the first start to the last end"),
  ]

  @Test(arguments: cases) func aBoundIsKnown(case: Case) throws {
    let found = try #require(Rules.aboutPrograms.first { $0.claim == `case`.claim })
      .conclusions(from: `case`.program)
    let finding = try #require(found.first).finding
    guard let seconds = `case`.seconds else {
      #expect(finding.potentialGain == nil)
      return
    }
    let gain = try #require(finding.potentialGain)
    #expect(abs(gain.seconds - seconds) < 1e-9, "\(gain)")
    #expect(gain.wallSeconds == `case`.program.wallSeconds)
    #expect(gain.basis.contains(`case`.basis), "\(gain.basis)")
  }

  /// No bound exceeds what the program took.
  @Test func noneExceedsTheWallTime() {
    for entry in RulesTests.cases {
      for conclusion in (try? entry.conclusions()) ?? [] {
        guard let gain = conclusion.finding.potentialGain else { continue }
        #expect(gain.seconds >= 0 && gain.share <= 1 + 1e-9, "\(entry.testDescription): \(gain)")
        #expect(!gain.basis.isEmpty && gain.basis.first?.isLowercase == true)
      }
    }
  }

  @Test func whatCouldSaveMostStandsFirst() {
    func finding(_ rule: String, _ seconds: Double?) -> Finding {
      Finding(
        rule: rule, claim: "It is so.", evidence: [:],
        potentialGain: seconds.map {
          PotentialGain(seconds: $0, wallSeconds: 10, basis: "reckoned")
        }, advice: "")
    }
    let sorted = Rules.sorted([
      finding("tiny", 0.4), finding("unknown", nil), finding("half", 5), finding("none", 0),
      finding("most", 9), finding("half too", 5), finding("just enough", 0.5),
    ])
    #expect(
      sorted.map(\.rule)
        == ["most", "half", "half too", "just enough", "unknown", "tiny", "none"])
    #expect(sorted.filter(\.isMinor).map(\.rule) == ["tiny", "none"])
  }
}
