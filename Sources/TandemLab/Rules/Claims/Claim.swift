/// What a finding claims; the raw value is its name, such as `gil-bound`, in reports and in JSON.
///
/// A claim has one name whether it is made about timed models or about a program that was observed.
/// The order decides: a claim that silences another one stands before it (`Exclusion`).
public enum Claim: String, CaseIterable, Sendable {
  /// Nobody in the program goes on, or some of its workers never will.
  case standsStill = "stands-still"
  /// A cgroup's quota gives the program less than the CPUs that it sees.
  case quotaLimitsCPUs = "quota-limits-cpus"
  /// The program bound its workers to fewer CPUs than it was given.
  case cpusNarrowed = "cpus-narrowed"
  /// The work has threads of its own beside the workers.
  case workHasOwnThreads = "work-has-own-threads"
  /// Workers wait for locks.
  case lockBound = "lock-bound"
  /// A sweep went beyond the number of workers from which on more gain nothing.
  case moreWorkersNoLongerHelp = "more-workers-no-longer-help"
  /// Moving inputs and outputs takes longer than the work on them.
  case movingDataDominates = "moving-data-dominates"
  /// A pool's workers spend more time between tasks than in them.
  case tinyTasksDominate = "tiny-tasks-dominate"
  /// Several processes wait for the answers of one, which is busy.
  case oneProcessServesAll = "one-process-serves-all"
  /// More workers want a CPU than there are CPUs.
  case oversubscribed = "oversubscribed"
  /// Each worker finished before the next one began.
  case neverOverlapped = "never-overlapped"
  /// One worker has so much more to do than the others that it works alone in the end.
  case workersUneven = "workers-uneven"
  /// Most workers never have anything to do.
  case moreWorkersThanWork = "more-workers-than-work"
  /// A worker wakes again and again after a time of its own, and does next to nothing.
  case polling
  /// A thread that runs an event loop makes calls that block it.
  case eventLoopBlocked = "event-loop-blocked"
  /// The work waits for I/O, or sleeps, rather than computes.
  case ioBound = "io-bound"
  /// One global lock lets one thread compute at a time.
  case gilBound = "gil-bound"
  /// Workers that live at the same time take turns.
  case workersTookTurns = "workers-took-turns"
  /// Starting and ending workers takes most of the time.
  case startUpDominates = "start-up-dominates"
  /// Other programs have the CPUs that the workers are ready for.
  case cpusTakenByOthers = "cpus-taken-by-others"
  /// Observing the program takes CPU time that its workers are ready to use.
  case cpusTakenByTandem = "cpus-taken-by-tandem"
  /// The host of a virtual machine takes much of the CPUs' time.
  case cpusTakenByHost = "cpus-taken-by-host"
  /// The same work takes more CPU time with more workers, or in another way.
  case sameWorkCostsMoreCPU = "same-work-costs-more-cpu"
  /// Threads beat processes, but only because nothing overlapped.
  case threadsWonWithoutOverlap = "threads-won-without-overlap"
  /// Worker processes keep much memory.
  case memoryPerWorker = "memory-per-worker"
  /// A process with much memory is forked again and again.
  case largeParentForked = "large-parent-forked"
  /// Forked processes copied much of the memory that they shared with their parent.
  case memoryCopied = "memory-copied"
  /// Runs are so short that one turn of the scheduler, or the start of the program, decides.
  case tooShortToTell = "too-short-to-tell"
  /// The machine got slower or faster during the measurement.
  case machineDrifted = "machine-drifted"
  /// The program computed most of the time: how much of the CPUs it used.
  case cpusInUse = "cpus-in-use"

  /// Whether its advice is the kind of workers to use, which is what a comparison's verdict says too.
  var picksModel: Bool {
    switch self {
    case .ioBound, .gilBound: true
    default: false
    }
  }

  /// Whether it may be said of a program that ran too shortly to judge where its time went.
  var holdsInShortRuns: Bool {
    switch self {
    case .quotaLimitsCPUs, .tooShortToTell: true
    default: false
    }
  }
}
