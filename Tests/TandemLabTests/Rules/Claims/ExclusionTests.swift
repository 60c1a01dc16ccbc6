import TandemModel
import Testing

@testable import TandemLab

/// Findings of one report don't contradict each other.
@Suite struct ExclusionTests {
  /// Two claims, in the order of the list of claims.
  struct Pair: Hashable, CustomTestStringConvertible {
    var first: Claim
    var second: Claim

    init(_ one: Claim, _ other: Claim) {
      let inOrder = Claim.allCases.filter { $0 == one || $0 == other }
      (first, second) = (inOrder.first ?? one, inOrder.last ?? other)
    }

    var testDescription: String { "\(first.rawValue), \(second.rawValue)" }
  }

  /// All pairs of claims that can meet in one report.
  static let meeting: Set<Pair> = {
    var pairs: Set<Pair> = []
    for claims in [Rules.aboutComparisons.map(\.claim), Rules.aboutPrograms.map(\.claim)] {
      for one in claims {
        for other in claims where other != one { pairs.insert(Pair(one, other)) }
      }
    }
    return pairs
  }()

  static let exclusive = Exclusion.all.flatMap { exclusion in
    exclusion.losers.map { (winner: exclusion.winner, loser: $0) }
  }

  @Test func everyPairIsDecidedOnce() {
    let exclusive = Self.exclusive.map { Pair($0.winner, $0.loser) }
    let compatible = CompatibleClaims.all.flatMap { entry in
      entry.some.flatMap { one in entry.others.map { Pair(one, $0) } }
    }
    let decided = exclusive + compatible
    let undecided = Self.meeting.subtracting(decided).map(\.testDescription).sorted()
    #expect(undecided.isEmpty)
    let twice = Dictionary(grouping: decided, by: \.self).filter { $0.value.count > 1 }
    #expect(twice.isEmpty)
    let never = Set(decided).subtracting(Self.meeting).map(\.testDescription).sorted()
    #expect(never.isEmpty, "These never meet.")
  }

  @Test func everyDecisionHasAReason() {
    for reason in Exclusion.all.map(\.reason) + CompatibleClaims.all.map(\.reason) {
      #expect(reason.hasSuffix(".") && reason.split(separator: " ").count >= 4, "\(reason)")
    }
  }

  /// Winners stand before losers in the list of claims, so there is no cycle.
  @Test(arguments: exclusive) func aWinnerComesFirst(winner: Claim, loser: Claim) {
    #expect(Pair(winner, loser).first == winner)
  }

  private static func conclusion(
    _ claim: Claim, _ models: ModelResult..., gain: Double? = nil
  ) -> Conclusion {
    Conclusion(
      claim, "It is so.", about: models, evidence: ["figure": 1],
      potentialGain: gain.map { PotentialGain(seconds: $0, wallSeconds: 10, basis: "a bound") },
      advice: "Do so.")
  }

  private static func model(_ model: ExecutionModel) -> ModelResult {
    ModelResult(
      model: model, interpreter: nil, schedule: .allAtOnce, workers: 4, error: nil,
      memory: MemorySummary())
  }

  /// Only the winner is reported where both speak about the same thing.
  @Test(arguments: exclusive) func onlyTheWinnerSpeaks(winner: Claim, loser: Claim) {
    let (won, lost) = (Self.conclusion(winner), Self.conclusion(loser))
    #expect(Exclusion.settled([lost, won]) == [won])
    #expect(Exclusion.settled([lost]) == [lost])
    let (threads, processes) = (Self.model(.swiftThreads), Self.model(.swiftProcesses))
    let ofThreads = Self.conclusion(winner, threads)
    #expect(Exclusion.settled([Self.conclusion(loser, threads), ofThreads]) == [ofThreads])
    // About another model, or about more than the winner knows of, it stands.
    for other in [
      Self.conclusion(loser, processes), Self.conclusion(loser, threads, processes), lost,
    ] {
      #expect(Exclusion.settled([other, ofThreads]) == [other, ofThreads])
    }
  }

  /// A claim that was silenced itself silences nothing.
  @Test func aLoserSilencesNothing() {
    let lock = Self.conclusion(.lockBound)
    let gil = Self.conclusion(.gilBound)
    #expect(Exclusion.settled([Self.conclusion(.neverOverlapped), gil, lock]) == [gil, lock])
  }

  /// What is worth nothing silences something that is worth more only where both can't stand.
  @Test(arguments: Exclusion.all) func gainsDecideWhereBothCanStand(exclusion: Exclusion) throws {
    let loser = try #require(exclusion.losers.first)
    let won = Self.conclusion(exclusion.winner, gain: 0.1)
    let lost = Self.conclusion(loser, gain: 5)
    #expect(Exclusion.settled([won, lost]) == (exclusion.isContradiction ? [won] : [won, lost]))
    for gain in [0.2, nil] as [Double?] {
      #expect(Exclusion.settled([won, Self.conclusion(loser, gain: gain)]) == [won])
    }
    let large = Self.conclusion(exclusion.winner, gain: 4)
    #expect(Exclusion.settled([large, Self.conclusion(loser, gain: 5)]) == [large])
  }

  /// Nine threads of a library that do nothing, beside a thread that waits for a server.
  @Test func idleThreadsOfALibrarySilenceNothing() {
    let idle = (0..<9).map { index in
      MadeUpProgram.worker(
        [.waitingForWork: 2], tid: Int32(300 + index), role: .library,
        library: "libopenblas.so.0")
    }
    let program = MadeUpProgram.program(
      idle, wall: 2, shares: [.io: 1.9, .onCPU: 0.1], atOnce: 1, cpus: 16,
      main: [.io: 1.9, .onCPU: 0.1])
    #expect(
      Set(Rules.findings(in: program).map(\.rule)) == ["more-workers-than-work", "io-bound"])
  }

  /// Programs about which both rules speak, and what is reported.
  @Test(arguments: [
    (
      Claim.lockBound, Claim.workersTookTurns,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.onCPU: 0.5, .lock: 1.5]), wall: 2,
        shares: [.onCPU: 1.5, .lock: 0.5], atOnce: 1)
    ),
    (
      .neverOverlapped, .gilBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(10, [.onCPU: 0.1, .gil: 0.1], every: 0.2), wall: 2,
        shares: [.onCPU: 1, .gil: 1], atOnce: 1, gil: MadeUpProgram.lockOn)
    ),
    (
      .neverOverlapped, .ioBound,
      MadeUpProgram.program(
        MadeUpProgram.workers(5, [.sleep: 0.4], every: 0.4), wall: 2, shares: [.sleep: 2],
        atOnce: 1, main: [.waitingForWork: 2])
    ),
    (.cpusNarrowed, .oversubscribed, RulesTests.crowdOnThree),
    (
      .ioBound, .startUpDominates,
      MadeUpProgram.program(
        MadeUpProgram.workers(
          100, [.onCPU: 0.011, .sleep: 0.01], kind: .process, every: 0.01),
        wall: 1.3, shares: [.onCPU: 0.1, .sleep: 1.2], atOnce: 3)
    ),
    (
      .moreWorkersThanWork, .workersTookTurns,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 0.9, .waitingForWork: 1.1])
          + MadeUpProgram.workers(10, [.waitingForWork: 2]), wall: 2, shares: [.onCPU: 1.8],
        atOnce: 1)
    ),
    (.lockBound, .cpusInUse, mostlyComputing),
  ])
  func inAProgram(winner: Claim, loser: Claim, program: ExplainReport) throws {
    for claim in [winner, loser] {
      let rule = try #require(Rules.aboutPrograms.first { $0.claim == claim })
      #expect(!rule.conclusions(from: program).isEmpty, "\(claim.rawValue)")
    }
    let found = Rules.findings(in: program).map(\.rule)
    #expect(found.contains(winner.rawValue) && !found.contains(loser.rawValue), "\(found)")
  }

  private static let mostlyComputing = MadeUpProgram.program(
    MadeUpProgram.workers(4, [.onCPU: 1.6, .lock: 0.4]), wall: 2,
    shares: [.onCPU: 1.6, .lock: 0.4], cpus: 8)
}
