import TandemModel
import Testing

@testable import TandemLab

/// The answer of `tandem explain` in one sentence.
@Suite struct ProgramAnswerTests {
  private func report(
    _ shares: [WorkerState: Double], parallelism: Double = 0, wall: Double = 10,
    findings: [Finding] = [], atOnce: Int = 0
  ) -> ExplainReport {
    ExplainReport(
      tandemVersion: "1",
      machine: MachineSummary(
        cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6"),
      command: ["x"], exit: .code(0),
      wallSeconds: wall, concurrency: 1, demand: 1, parallelism: parallelism, maxAtOnce: atOnce,
      totals: StateSeconds(shares),
      wallShares: shares.map { StateShare(state: $0.key, seconds: $0.value) },
      lostCPU: LostCPU(cpus: 2, parts: [], noWorkerSeconds: 0), workers: [],
      starts: WorkerStarts(threads: 0, processes: 0), findings: findings,
      sources: ObservationSources(switches: .exact),
      observer: ObserverCost(cpuSeconds: 0, share: 0))
  }

  private func answer(_ report: ExplainReport) -> String { ProgramAnswer(report).sentence }

  private func finding(_ claim: Claim, gain: Double? = nil) -> Finding {
    Finding(
      rule: claim.rawValue, claim: "", evidence: [:],
      potentialGain: gain.map { PotentialGain(seconds: $0, wallSeconds: 10, basis: "") }, advice: ""
    )
  }

  @Test func whatItMostlyDoesIsSaid() {
    #expect(
      answer(report([.onCPU: 9, .runnable: 1], parallelism: 1.7, atOnce: 4))
        == "It computes, on 1.70 of 2 CPUs; up to 4 workers share them.")
    #expect(
      answer(report([.onCPU: 6, .io: 4], parallelism: 0.6))
        == "It mostly computes, on 0.60 of 2 CPUs, and waits for I/O 40 % of the time; about one worker computes at a time."
    )
    #expect(answer(report([.io: 9.3, .onCPU: 0.7])) == "It waits for I/O 93 % of the time.")
    #expect(
      answer(report([.io: 4, .sleep: 3.5, .onCPU: 2.5]))
        == "It waits for I/O 40 % of the time, and sleeps 35 % of it.")
    #expect(
      answer(report([.other: 9.5, .onCPU: 0.5])) == "It waits for unknown reasons 95 % of the time."
    )
  }

  @Test func waitsForACPUAreSaidWhereNoFindingSaysWhy() {
    #expect(
      answer(report([.onCPU: 4, .runnable: 6], parallelism: 1.1, atOnce: 4))
        == "It computes, on 1.10 of 2 CPUs; its workers were ready but had no CPU for 60 % of the time."
    )
  }

  @Test func theFirstFindingThatMattersIsTheReason() {
    let report = report(
      [.gil: 7, .onCPU: 3], parallelism: 0.98,
      findings: [finding(.oversubscribed, gain: 0.1), finding(.gilBound, gain: 4)])
    #expect(
      answer(report)
        == "It waits for the GIL 70 % of the time, and computes 30 % of it; a global interpreter lock lets one thread run at a time."
    )
  }

  /// A finding that only repeats where the time went gives way to one that says why.
  @Test func theReasonIsTheFirstThatSaysMoreThanTheTime() {
    let report = report(
      [.sleep: 9, .onCPU: 1],
      findings: [finding(.ioBound, gain: 9), finding(.neverOverlapped, gain: 8)])
    #expect(answer(report) == "It sleeps 90 % of the time; its workers ran one after the other.")
    let lesser = self.report(
      [.sleep: 9, .onCPU: 1],
      findings: [finding(.ioBound, gain: 9), finding(.neverOverlapped, gain: 1)])
    #expect(answer(lesser) == "It sleeps 90 % of the time.")
  }

  @Test func whatIsSaidAlreadyIsNotTheReason() {
    let report = report([.lock: 9.5, .onCPU: 0.5], findings: [finding(.lockBound)])
    #expect(answer(report) == "It waits for locks 95 % of the time.")
  }

  @Test func whatIsNotKnownIsSaidToBe() {
    #expect(answer(report([:])) == "What it did isn't known: no worker was seen at work.")
    #expect(
      answer(report([.onCPU: 0.01], wall: 0.0123, findings: [finding(.tooShortToTell)]))
        == "It ran for 12.3 ms: too short to tell where its time went.")
  }

  // MARK: Standing still

  private func standing(
    whole: Bool = true, neverEnds: Bool = true, isOver: Bool = false,
    reason: ObservedStandstill.Reason? = nil, ring: [Int32] = [], found: Bool = true
  ) -> ExplainReport {
    var report = report(
      [.waitingForWork: 10], findings: found ? [finding(.standsStill)] : [])
    report.standstills = [
      ObservedStandstill(
        startedSeconds: 0, seconds: 3, isOver: isOver, isWholeProgram: whole, neverEnds: neverEnds,
        reason: reason,
        waits: [1, 2].map { StandstillWait(pid: 1, tid: $0, name: "x", target: .lock) }, ring: ring)
    ]
    return report
  }

  @Test func aStandstillIsTheAnswer() {
    #expect(
      answer(standing(reason: .ring, ring: [1, 2]))
        == "It has stood still for 3.00 s, and never goes on by itself: its workers wait for each other."
    )
    #expect(
      answer(standing(reason: .oneThread))
        == "It has stood still for 3.00 s, and never goes on by itself.")
    #expect(
      answer(standing(whole: false))
        == "2 workers of it have stood still for 3.00 s, and they never go on unaided.")
    #expect(
      answer(standing(neverEnds: false))
        == "It has stood still for 3.00 s: nobody in it goes on, and whether that ends isn't known."
    )
  }

  /// A standstill that is over, or that no finding mentions, isn't.
  @Test func otherwiseItIsNot() {
    #expect(answer(standing(isOver: true)).hasSuffix("some of its workers stood still."))
    #expect(answer(standing(found: false)) == "It waits for work 100 % of the time.")
  }
}
