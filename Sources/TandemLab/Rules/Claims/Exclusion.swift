/// Claims that can't both stand: where the winner speaks about the same thing, the losers are silent.
///
/// Every other pair of claims can be true together, and its advice followed together; the tests hold
/// the reason for each of them, and fail for a pair without one.
package struct Exclusion: Sendable {
  /// The claim that stands.
  package var winner: Claim
  /// The claims that it silences.
  package var losers: [Claim]
  /// Why it wins.
  package var reason: String
  /// Whether both can't be true, or their advice can't be followed together: then it wins even where its cure
  /// could save next to nothing.
  package var isContradiction = false

  /// The claims that ``Claim/cpusInUse`` loses to: something more than that was seen.
  private static let obstacles: [Claim] = [
    .quotaLimitsCPUs, .cpusNarrowed, .lockBound, .oversubscribed, .neverOverlapped, .workersUneven,
    .moreWorkersThanWork, .ioBound, .gilBound, .workersTookTurns, .startUpDominates,
    .cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost, .largeParentForked, .standsStill,
    .movingDataDominates, .tinyTasksDominate, .oneProcessServesAll, .eventLoopBlocked,
  ]

  /// Every pair that excludes each other.
  package static let all: [Exclusion] =
    [
      Exclusion(
        .cpusNarrowed, over: [.oversubscribed],
        "The workers are too many only for the CPUs that the program left itself.",
        isContradiction: true),
      Exclusion(
        .cpusNarrowed, over: [.neverOverlapped, .workersTookTurns],
        "Workers that are bound to the same CPU can't but take turns.", isContradiction: true),
      Exclusion(
        .standsStill,
        over: [
          .lockBound, .neverOverlapped, .workersUneven, .moreWorkersThanWork, .ioBound, .gilBound,
          .workersTookTurns, .startUpDominates,
        ],
        "What workers do while the program stands still says nothing about its work."),
      Exclusion(
        .workHasOwnThreads, over: [.gilBound],
        "Threads that compute beside the lock's holder aren't held up by it."),
      Exclusion(
        .gilBound, over: [.sameWorkCostsMoreCPU],
        "Handing the lock over takes the added CPU time."),
      Exclusion(
        .lockBound, over: [.neverOverlapped, .workersTookTurns, .workersUneven],
        "The lock decides which worker works, and when."),
      Exclusion(
        .lockBound, over: [.polling],
        "Who sleeps while it has a lock doesn't look whether something has happened."),
      Exclusion(
        .moreWorkersNoLongerHelp, over: [.oversubscribed],
        "The sweep measured how many workers are enough; CPUs only suggest it."),
      Exclusion(
        .oversubscribed, over: [.neverOverlapped, .workersTookTurns],
        "More workers than CPUs wanted one at the same time."),
      Exclusion(
        .oversubscribed, over: [.ioBound],
        "No CPU is idle while workers wait, so more workers gain nothing."),
      Exclusion(
        .oversubscribed, over: [.moreWorkersThanWork],
        "CPUs allow fewer workers than have work."),
      Exclusion(
        .neverOverlapped, over: [.gilBound],
        "A worker that only waits for another one to end gains nothing without the lock."),
      Exclusion(
        .neverOverlapped, over: [.workersTookTurns, .workersUneven],
        "Where each worker ends before the next one begins, none of them waits for a turn."),
      Exclusion(
        .neverOverlapped, over: [.moreWorkersThanWork],
        "Overlapping gains time; fewer workers only save memory."),
      Exclusion(
        .neverOverlapped, over: [.ioBound],
        "Starting all of them before waiting for the first lets their waits overlap."),
      Exclusion(
        .workersUneven, over: [.moreWorkersThanWork],
        "Smaller pieces of work give the idle workers something to do."),
      Exclusion(
        .workersUneven, over: [.workersTookTurns], "Some of the work did overlap."),
      Exclusion(
        .moreWorkersThanWork, over: [.ioBound, .workersTookTurns],
        "Workers without work are no reason to start more or to let them overlap.",
        isContradiction: true),
      Exclusion(
        .polling, over: [.ioBound], "The time that it sleeps is what the polling costs."),
      Exclusion(
        .eventLoopBlocked, over: [.ioBound],
        "The loop overlaps the waits as soon as nothing blocks it."),
      Exclusion(
        .ioBound, over: [.gilBound, .workersTookTurns],
        "Most of the time goes to waits that need no CPU and no lock."),
      Exclusion(
        .ioBound, over: [.startUpDominates], "Workers spend their time waiting, not starting."),
      Exclusion(
        .gilBound, over: [.workersTookTurns], "The turn that threads wait for is the GIL's."),
      Exclusion(
        .movingDataDominates, over: [.tinyTasksDominate, .oneProcessServesAll],
        "Several tasks in one message move as much data."),
      Exclusion(
        .tinyTasksDominate, over: [.oneProcessServesAll],
        "The process that all wait for hands out the tasks."),
      Exclusion(
        .tinyTasksDominate,
        over: [.gilBound, .workersUneven, .moreWorkersThanWork, .workersTookTurns],
        "Workers and the threads that serve them wait because of the messages."),
      Exclusion(
        .movingDataDominates,
        over: [.gilBound, .workersUneven, .moreWorkersThanWork, .workersTookTurns],
        "Workers and the threads that serve them wait for the data."),
      Exclusion(
        .oneProcessServesAll,
        over: [.gilBound, .workersUneven, .moreWorkersThanWork, .workersTookTurns],
        "Who waits for the one process gains nothing from other ways to divide the work."),
    ]
    + obstacles.map {
      Exclusion($0, over: [.cpusInUse], "More than that was seen.")
    }

  private init(
    _ winner: Claim, over losers: [Claim], _ reason: String, isContradiction: Bool = false
  ) {
    self.winner = winner
    self.losers = losers
    self.reason = reason
    self.isContradiction = isContradiction
  }

  /// Whether a conclusion that loses to another one by this is silent beside it.
  ///
  /// What is known to be worth next to nothing silences what could save more only where both can't stand.
  private func silences(_ loser: Conclusion, beside standing: Conclusion) -> Bool {
    guard standing.claim == winner, losers.contains(loser.claim), !standing.isAboutAPart else {
      return false
    }
    return isContradiction || !standing.finding.isMinor || !loser.finding.couldSaveMuch
  }

  /// Leaves out what loses to a claim about the same thing.
  ///
  /// A claim that was silenced itself silences nothing, nor does one about a part of the program or of its time.
  ///
  /// - Parameter conclusions: what all rules conclude from one subject.
  /// - Returns: those that stand, in the same order.
  package static func settled(_ conclusions: [Conclusion]) -> [Conclusion] {
    var standing: [Conclusion] = []
    // Winners stand before their losers in the list of claims, so they are settled by then.
    for claim in Claim.allCases {
      for conclusion in conclusions where conclusion.claim == claim {
        let winners = standing.filter { winner in
          all.contains { $0.silences(conclusion, beside: winner) }
        }
        if !conclusion.isCovered(by: winners) { standing.append(conclusion) }
      }
    }
    return conclusions.filter { standing.contains($0) }
  }
}
