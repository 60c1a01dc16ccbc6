import TandemModel

/// What started workers that are alike did, and whether any of it overlapped.
struct WorkInTurn {
  private let program: ExplainReport
  private let group: LikeWorkers
  /// Other workers that hardly did more than sleep, such as a thread that ticks: what they do is no work.
  private let sleepers: Int
  /// The workers that did a good part of the work.
  private let busy: [ObservedWorker]
  /// The time that all workers of the group were at work, over the wall time: more than 1 where they
  /// overlap.
  private let share: Double

  /// Looks at the workers of a program that did most of the started workers' work.
  ///
  /// It is nil when no two workers are alike, or when they did less than half of that work.
  ///
  /// - Parameter program: what was observed of it.
  init?(_ program: ExplainReport) {
    func work(_ workers: [ObservedWorker]) -> Double {
      workers.reduce(0) { $0 + $1.atWorkSeconds }
    }
    let groups = LikeWorkers.groups(of: program).filter { $0.workers.count >= 2 }
    guard let group = groups.max(by: { work($0.workers) < work($1.workers) }) else { return nil }
    let own = Set(group.workers.map(\.tid))
    let others = program.started.filter { !own.contains($0.tid) && !$0.onlySleeps }
    guard work(group.workers) >= work(others) else { return nil }
    sleepers = program.started.count { !own.contains($0.tid) && $0.onlySleeps }
    self.program = program
    self.group = group
    let busiest = group.workers.map(\.atWorkSeconds).max() ?? 0
    // Those that hardly did anything, beside one that did, are no pattern.
    busy = group.workers.filter { $0.atWorkSeconds >= 0.1 * busiest && $0.atWorkSeconds > 0 }
    // The machine decides how long workers are ready for a CPU, and so on that part of the wall time.
    let wall = program.wallSeconds * (1 - program.wallShare(.runnable))
    share = work(group.workers) / max(wall, .leastNonzeroMagnitude)
  }

  /// How many workers it is about: all that were started, unless others are of another kind.
  var count: Int {
    let alike = program.started.allSatisfy { $0.kind == group.workers[0].kind }
    return alike && LikeWorkers.groups(of: program).count == 1
      ? program.startedCount : group.workers.count
  }

  /// How many these are, in words.
  var counted: String {
    program.startedSeen(count)
  }

  /// Whether several workers did enough for an order to matter.
  var isEnough: Bool { busy.count >= 2 && share >= 0.05 }

  /// Whether workers that live at the same time are never at work at the same time, and one of them always
  /// is.
  ///
  /// Where nobody is at work for a good part of the time, they don't wait for a turn but for work. Locks
  /// that can't be seen may be what they wait for.
  var isInTurns: Bool {
    isEnough && program.maxAtOnce <= 1 + sleepers && share >= 0.7 && isWithinTheirTime
      && !group.hidesLocks(in: program)
  }

  /// Whether the workers' work, sleeping included, fits into the time in which there were any.
  ///
  /// If not, some of it overlapped: workers that sleep at the same time aren't at work at once.
  private var isWithinTheirTime: Bool {
    group.workers.reduce(0) { $0 + $1.atWorkSeconds } <= 1.02 * secondsWithWorkers
  }

  /// Whether each worker had done its work before the next was started.
  ///
  /// What was left of a worker's life then was only waiting: a thread is taken off the CPU while it
  /// ends just as the next begins, mostly on a busy machine.
  var isOneAfterTheOther: Bool {
    let inOrder = busy.sorted { $0.startedSeconds < $1.startedSeconds }
    var together = 0.0
    var (side, lives) = (0.0, 0.0)
    for (worker, next) in zip(inOrder, inOrder.dropFirst()) {
      side += max(0, worker.endedSeconds - next.startedSeconds)
      lives += min(worker.lifeSeconds, next.lifeSeconds)
      let waiting =
        worker[.runnable] + worker[.waitingForWork] + worker[.child] + worker[.lock]
        + worker[.other]
      together += max(0, worker.endedSeconds - next.startedSeconds - waiting)
    }
    // Who lives beside the next one for most of its life isn't ending: both want a CPU, and get it in turn.
    return side <= 0.5 * lives
      && together <= 0.05 * inOrder.reduce(0) { $0 + $1.atWorkSeconds }
  }

  /// Seconds that they waited for work, or for their turn.
  var waitingSeconds: Double { group.workers.reduce(0) { $0 + $1[.waitingForWork] } }

  /// What could be saved if all of it overlapped: the busiest worker's part remains.
  var gainByOverlap: PotentialGain? {
    let longest = program.started.map(\.atWorkSeconds).max() ?? 0
    return program.gain(
      atMost: secondsWithWorkers - longest, "the time of all started workers but the busiest")
  }

  /// Wall seconds in which at least one started worker lived.
  private var secondsWithWorkers: Double {
    guard program.otherWorkers == nil else { return program.wallSeconds }
    var (seconds, reached) = (0.0, 0.0)
    for worker in program.started.sorted(by: { $0.startedSeconds < $1.startedSeconds })
    where worker.endedSeconds > reached {
      seconds += worker.endedSeconds - max(reached, worker.startedSeconds)
      reached = worker.endedSeconds
    }
    return seconds
  }

  /// The figures behind what is said of it.
  var evidence: [String: Double?] {
    [
      "started": Double(count), "max_at_once": Double(program.maxAtOnce),
      "concurrency": program.concurrency, "waiting_for_work_s": waitingSeconds,
    ]
  }
}

extension ObservedWorker {
  /// Seconds at work, without those ready for a CPU: the machine decides how long those are.
  fileprivate var atWorkSeconds: Double { self[.onCPU] + self[.gil] + self[.io] + self[.sleep] }

  /// Whether it slept for nearly all of its life and computed for next to nothing of it.
  fileprivate var onlySleeps: Bool {
    let life = lifeSeconds - self[.runnable]
    return life > 0 && self[.sleep] >= 0.95 * life && self[.onCPU] <= 0.02 * life
  }
}
