@testable import TandemLab

/// Claims that can stand in one report, and why.
///
/// A pair that excludes each other is in `Exclusion.all` instead. Every pair that can meet has to be in
/// one of the two: a new claim needs a decision about each other one.
struct CompatibleClaims: Sendable {
  var some: [Claim]
  var others: [Claim]
  var reason: String

  init(_ some: [Claim], _ others: [Claim], _ reason: String) {
    (self.some, self.others, self.reason) = (some, others, reason)
  }

  static let all: [CompatibleClaims] = [
    CompatibleClaims(
      [.sameWorkCostsMoreCPU, .workHasOwnThreads],
      [
        .quotaLimitsCPUs, .lockBound, .moreWorkersNoLongerHelp, .oversubscribed, .neverOverlapped,
        .workersUneven, .ioBound, .startUpDominates, .threadsWonWithoutOverlap,
        .movingDataDominates, .tinyTasksDominate, .memoryPerWorker, .largeParentForked,
        .tooShortToTell, .machineDrifted,
      ], "It is about the CPU time of the bodies, the other about something else in the same runs."),
    CompatibleClaims(
      [.workHasOwnThreads], [.sameWorkCostsMoreCPU],
      "Threads of the work's own may be what makes it cost more."),
    CompatibleClaims(
      [.tooShortToTell, .machineDrifted],
      [
        .quotaLimitsCPUs, .lockBound, .moreWorkersNoLongerHelp, .oversubscribed, .neverOverlapped,
        .workersUneven, .ioBound, .gilBound, .startUpDominates, .threadsWonWithoutOverlap,
        .movingDataDominates, .tinyTasksDominate, .memoryPerWorker, .largeParentForked,
      ], "It says how far to trust the runs, the other what their time went to."),
    CompatibleClaims(
      [.tooShortToTell],
      [
        .moreWorkersThanWork, .workersTookTurns, .cpusNarrowed, .cpusTakenByOthers,
        .cpusTakenByTandem, .cpusTakenByHost, .cpusInUse, .polling,
      ],
      "Of a program that ran too shortly, only what holds however short it was is said."),
    CompatibleClaims(
      [.standsStill],
      [
        .quotaLimitsCPUs, .oversubscribed, .cpusTakenByOthers, .cpusTakenByTandem,
        .cpusTakenByHost, .largeParentForked, .tooShortToTell,
      ],
      "It is about the time in which nobody wants a CPU, the other about the rest."),
    CompatibleClaims(
      [.eventLoopBlocked],
      [
        .standsStill, .quotaLimitsCPUs, .cpusNarrowed, .lockBound, .movingDataDominates,
        .tinyTasksDominate, .oneProcessServesAll, .oversubscribed, .neverOverlapped, .workersUneven,
        .moreWorkersThanWork, .polling, .gilBound, .workersTookTurns, .startUpDominates,
        .cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost, .largeParentForked,
        .tooShortToTell,
      ], "It is about calls in one thread, the other about what all workers do."),
    CompatibleClaims(
      [.polling],
      [
        .quotaLimitsCPUs, .lockBound, .oversubscribed, .neverOverlapped, .workersUneven,
        .moreWorkersThanWork, .gilBound, .workersTookTurns, .startUpDominates, .cpusTakenByOthers,
        .largeParentForked, .cpusInUse, .standsStill, .movingDataDominates, .tinyTasksDominate,
        .oneProcessServesAll, .cpusTakenByTandem, .cpusTakenByHost, .cpusNarrowed,
      ], "It is about one worker that does nothing, beside those that the other claim is about."),
    CompatibleClaims([.tooShortToTell], [.machineDrifted], "Both lower the trust in the runs."),
    CompatibleClaims(
      [.memoryPerWorker, .largeParentForked],
      [
        .quotaLimitsCPUs, .lockBound, .moreWorkersNoLongerHelp, .oversubscribed, .neverOverlapped,
        .workersUneven, .ioBound, .gilBound, .startUpDominates, .threadsWonWithoutOverlap,
        .movingDataDominates, .tinyTasksDominate,
      ], "It is about memory and the other about time: both costs are real."),
    CompatibleClaims(
      [.largeParentForked],
      [
        .moreWorkersThanWork, .workersTookTurns, .cpusTakenByOthers, .cpusTakenByTandem,
        .cpusTakenByHost,
      ],
      "It is about memory and the other about time: both costs are real."),
    CompatibleClaims(
      [.memoryCopied],
      [
        .standsStill, .quotaLimitsCPUs, .cpusNarrowed, .lockBound, .movingDataDominates,
        .tinyTasksDominate, .oneProcessServesAll, .oversubscribed, .neverOverlapped, .workersUneven,
        .moreWorkersThanWork, .polling, .eventLoopBlocked, .ioBound, .gilBound, .workersTookTurns,
        .startUpDominates, .cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost,
        .largeParentForked, .tooShortToTell, .cpusInUse,
      ], "It is about memory that grew, the other about where the time went."),
    CompatibleClaims(
      [.memoryPerWorker], [.largeParentForked],
      "One is about memory that workers keep, the other about copying a parent's."),
    CompatibleClaims(
      [.quotaLimitsCPUs],
      [
        .lockBound, .moreWorkersNoLongerHelp, .oversubscribed, .neverOverlapped, .workersUneven,
        .moreWorkersThanWork, .ioBound, .gilBound, .workersTookTurns, .startUpDominates,
        .threadsWonWithoutOverlap, .movingDataDominates, .tinyTasksDominate,
      ], "It says how many CPUs there are, the other how they are used."),
    CompatibleClaims(
      [.cpusNarrowed],
      [
        .quotaLimitsCPUs, .lockBound, .workersUneven, .moreWorkersThanWork, .ioBound, .gilBound,
        .startUpDominates, .cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost,
        .largeParentForked,
      ], "It says which CPUs workers may use, the other what else they wait for."),
    CompatibleClaims(
      [.cpusNarrowed],
      [
        .sameWorkCostsMoreCPU, .workHasOwnThreads, .moreWorkersNoLongerHelp,
        .threadsWonWithoutOverlap, .memoryPerWorker, .machineDrifted,
      ], "It is about the CPUs in an observed run, the other about what the timed runs show."),
    CompatibleClaims(
      [.cpusTakenByOthers], [.cpusTakenByTandem, .cpusTakenByHost],
      "Each figure is of somebody else, and measured on its own."),
    CompatibleClaims(
      [.cpusTakenByTandem], [.cpusTakenByHost],
      "Each figure is of somebody else, and measured on its own."),
    CompatibleClaims(
      [.cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost],
      [
        .quotaLimitsCPUs, .lockBound, .oversubscribed, .neverOverlapped, .workersUneven,
        .moreWorkersThanWork,
        .ioBound, .gilBound, .workersTookTurns, .startUpDominates,
      ], "It is about somebody else's CPU time, the other claim about this program."),
    CompatibleClaims(
      [.threadsWonWithoutOverlap],
      [
        .lockBound, .moreWorkersNoLongerHelp, .oversubscribed, .neverOverlapped, .workersUneven,
        .ioBound, .gilBound, .startUpDominates, .movingDataDominates, .tinyTasksDominate,
      ], "It warns of a conclusion from runs one at a time; the other claim doesn't draw it."),
    CompatibleClaims(
      [.moreWorkersNoLongerHelp],
      [
        .lockBound, .neverOverlapped, .workersUneven, .ioBound, .gilBound, .startUpDominates,
        .movingDataDominates, .tinyTasksDominate,
      ], "The other claim may be the reason why more workers gain nothing."),
    CompatibleClaims(
      [.movingDataDominates, .tinyTasksDominate],
      [.lockBound, .oversubscribed, .neverOverlapped, .ioBound, .startUpDominates],
      "It is about the time between tasks, the other about workers and the time in tasks."),
    CompatibleClaims(
      [.movingDataDominates, .tinyTasksDominate, .oneProcessServesAll],
      [.cpusTakenByOthers, .cpusTakenByTandem, .cpusTakenByHost],
      "It is about who else had the CPUs, the other claim about this program."),
    CompatibleClaims(
      [.cpusNarrowed],
      [.movingDataDominates, .tinyTasksDominate, .oneProcessServesAll, .standsStill],
      "It says how many CPUs there are, the other how they are used."),
    CompatibleClaims(
      [.standsStill], [.movingDataDominates, .tinyTasksDominate, .oneProcessServesAll],
      "A program may have been slow for one reason before it stood still for another."),
    CompatibleClaims(
      [.tooShortToTell], [.oneProcessServesAll],
      "It says how far to trust the run, the other what its time went to."),
    CompatibleClaims(
      [.oneProcessServesAll],
      [
        .quotaLimitsCPUs, .lockBound, .oversubscribed, .neverOverlapped, .ioBound,
        .startUpDominates, .largeParentForked,
      ], "It is about answers from inside the program, the other about another wait or cost."),
    CompatibleClaims(
      [.startUpDominates],
      [
        .lockBound, .oversubscribed, .neverOverlapped, .workersUneven, .moreWorkersThanWork,
        .gilBound, .workersTookTurns,
      ], "A pool that starts its workers once prevents no other cure."),
    CompatibleClaims(
      [.lockBound], [.oversubscribed, .moreWorkersThanWork],
      "Fewer workers also contend less for the lock."),
    CompatibleClaims(
      [.lockBound], [.ioBound], "Waits overlap when the lock isn't held during them."),
    CompatibleClaims(
      [.lockBound], [.gilBound], "Waits for the one lock aren't counted with those for the other."),
    CompatibleClaims(
      [.oversubscribed], [.workersUneven],
      "Workers may crowd the CPUs first, and leave one alone in the end."),
    CompatibleClaims(
      [.oversubscribed], [.gilBound], "As many processes as CPUs cure both."),
    CompatibleClaims(
      [.workersUneven], [.ioBound, .gilBound],
      "Even shares gain time whatever the workers wait for."),
    CompatibleClaims(
      [.moreWorkersThanWork], [.gilBound],
      "The workers that wait for the GIL aren't those without work."),
  ]
}
