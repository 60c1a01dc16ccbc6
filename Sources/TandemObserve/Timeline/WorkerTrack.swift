package import TandemModel
package import TandemSystem

/// The record of one worker while the program runs.
package final class WorkerTrack {
  /// What it does now, according to the records read so far.
  enum Phase {
    /// Ready for a CPU since a time.
    case runnable(sinceNS: UInt64)
    /// On a CPU since a time.
    case running(sinceNS: UInt64)
    /// On a CPU or ready for one since a time; the next record decides which.
    case runningOrReady(sinceNS: UInt64)
    /// Off the CPU since a time, and why, if known.
    case blocked(Wait)
    /// It has ended.
    case ended
  }

  /// A wait that hasn't ended.
  struct Wait {
    /// When it began.
    var sinceNS: UInt64
    /// The sample of it; nil when it wasn't sampled.
    var sample: WaitSample?
    /// The state that the sweep counts it as; nil before that is decided.
    var countedAs: WorkerState?
  }

  /// What kind of worker it is.
  package let kind: ObservedWorker.Kind
  /// Its process.
  package let pid: Int32
  /// Its thread.
  package let tid: Int32
  /// Its last name.
  package internal(set) var name: String {
    didSet { if name != oldValue { peers = Peers(pid: pid, kind: kind, name: name) } }
  }
  /// Whom it is like.
  package private(set) var peers: Peers
  /// The process that started it; nil when that isn't known.
  package internal(set) var parent: Int32?
  /// Where it began; nil for the first thread of a process, and when that wasn't read.
  package internal(set) var origin: ThreadOrigin?
  /// When it was started, or first seen.
  package let startedNS: UInt64
  /// Whether it began before it was found, so that the kernel's counts hold more than was observed.
  var wasThereBefore = false
  /// When it ended; nil while it runs.
  package internal(set) var endedNS: UInt64?
  /// When it first ran; nil when it hasn't.
  package internal(set) var firstRunNS: UInt64?
  /// Nanoseconds in each state.
  package internal(set) var spent = PartialStateTable()
  /// The part of that in which records were lost, by the records that there are.
  var inLost = PartialStateTable()
  /// What the kernel counted of it in such time, up to the last reading: on a CPU, ready for one, and how much
  /// time that was; nil before a reading.
  private var countedInLost: (run: Double, ready: Double, length: Double)?
  /// What was seen of its waits.
  package internal(set) var mix = WaitMix()
  /// How many waits of each length, by `WaitLength`, weren't looked into.
  package internal(set) var unseenCounts = SIMD4<UInt32>.zero
  /// Nanoseconds of those, in the same order.
  package internal(set) var unseenNS = SIMD4<Double>.zero
  /// Nanoseconds of waits that the sweep had to count before it was known what they were for.
  var early = PartialStateTable()
  /// Voluntary switches.
  package internal(set) var voluntary = 0
  /// Involuntary switches.
  package internal(set) var involuntary = 0
  /// Its sleeps of one switch interval of a GIL, where every switch is recorded.
  package internal(set) var gilSleeps = GILIntervalSleeps()
  /// The calls that blocked its event loop.
  package internal(set) var loop = LoopTally()
  /// Its row of the timeline.
  package internal(set) var row = TimelineRow()
  /// What it did, segment by segment, if requested.
  package internal(set) var segments: [ObservedSegment] = []
  /// The largest memory read; nil for threads, and when never read.
  package internal(set) var memory: WorkerMemory?
  /// The largest resident part of its stack read, in KiB; nil for the first thread of a process, and when
  /// never read.
  package internal(set) var stackKiB: Int?
  /// What it read and wrote, as last read; nil before that.
  package internal(set) var io: TaskIO?
  /// The same before the observation.
  package internal(set) var ioBefore = TaskIO()
  /// The numbers of the CPUs that it may run on, as last read; nil when never read.
  package internal(set) var cpus: [Int]?
  /// How the program narrowed these; nil when it didn't.
  var narrowing: Narrowing?

  /// Fewer CPUs than the program was given, by its own doing.
  struct Narrowing {
    /// When it was first seen.
    var sinceNS: UInt64
    /// Nanoseconds that the worker had been on a CPU, and ready for one, by then.
    var runNS: UInt64
    var waitNS: UInt64
  }

  /// Nanoseconds ready for a CPU that no record shows: from being woken to running.
  package internal(set) var wokenNS: UInt64 = 0
  /// Nanoseconds that the kernel counted on a CPU and no record shows: the switch from one thread to the
  /// next, which lies between the records of the two.
  package internal(set) var switchingNS: UInt64 = 0
  /// How many switches it had made when the kernel's counts were settled last.
  private var settledSwitches = 0
  /// Which part of the time of the switches since then the kernel's account of the whole program has room for.
  var laterSwitchingFactor = 0.0
  /// After fewer switches, it isn't known how long one takes.
  private static let leastSettledSwitches = 100

  /// Nanoseconds of the switches after the last count, if each took as long as those before: of a thread that
  /// has ended, the count of the last tenth of a second is never read.
  var laterSwitchingNS: Double {
    guard settledSwitches >= Self.leastSettledSwitches else { return 0 }
    let known = inLost.sum > 0 ? switchingBesideLostNS : Double(switchingNS)
    let later = Double(voluntary + involuntary - settledSwitches)
    return known / Double(settledSwitches) * max(0, later)
  }

  /// Nanoseconds on a CPU according to the records, but not according to the kernel's count.
  package private(set) var unprovenNS: UInt64 = 0
  private static let countLagNS: UInt64 = 10_000_000
  /// The kernel's own counts, as last read; nil once they are accounted for.
  package var counts: KernelCounts?
  /// Those counts at the beginning of the observation; nil for an older worker that wasn't read yet.
  package internal(set) var countsBefore: KernelCounts? = KernelCounts(atNS: 0, runNS: 0, waitNS: 0)

  /// What its waits of each length are for, as of so many looks at the program; empty before it matters.
  var guesses: (shares: [StateTable?], looks: Int) = ([], 0)
  /// Nanoseconds that the sweep should have counted for each state, but gave to another one.
  var owed = StateTable()

  /// Since when the thread is missing, in nanoseconds of `CLOCK_MONOTONIC`; nil while it exists.
  var missingSinceNS: UInt64?

  /// The kernel's counts of a thread (`/proc/PID/task/TID/schedstat`).
  package struct KernelCounts: Sendable, Equatable {
    /// When they were read, in nanoseconds of `CLOCK_MONOTONIC`.
    package var atNS: UInt64
    /// Nanoseconds on a CPU.
    package var runNS: UInt64
    /// Nanoseconds ready for a CPU.
    package var waitNS: UInt64

    /// Makes a value.
    package init(atNS: UInt64, runNS: UInt64, waitNS: UInt64) {
      self.atNS = atNS
      self.runNS = runNS
      self.waitNS = waitNS
    }
  }

  var phase: Phase
  /// The worker's place in the sweep.
  var slot: Int
  /// Samples that aren't assigned to a wait yet.
  var samples: [WaitSample] = []
  /// The end of the last sample, so that a wait isn't sampled twice.
  package internal(set) var sampledAtNS: UInt64 = 0

  init(
    kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, startedNS: UInt64,
    phase: Phase, slot: Int
  ) {
    self.kind = kind
    self.pid = pid
    self.tid = tid
    self.name = name
    self.peers = Peers(pid: pid, kind: kind, name: name)
    self.startedNS = startedNS
    self.phase = phase
    self.slot = slot
  }

  /// How many samples of it were taken in waits of less than a millisecond, and how many of waits that
  /// were no longer than that told anything.
  var youngSamples = 0
  var usefulYoungSamples = 0
  /// So many samples show whether its waits are long enough for one.
  private static let enoughYoungSamples = 32
  /// Where fewer than one in so many tells anything, one is taken in so many rounds.
  private static let rareYoungSamples = 16

  /// Whether to sample a wait that has only just begun.
  ///
  /// - Parameter turn: the number of the round.
  /// - Returns: whether such a sample has a chance to tell anything.
  func isWorthAYoungSample(_ turn: Int) -> Bool {
    youngSamples < Self.enoughYoungSamples
      || usefulYoungSamples * Self.rareYoungSamples >= youngSamples
      || turn.isMultiple(of: Self.rareYoungSamples)
  }

  /// Since when it has been off the CPU without a sample; nil when it isn't.
  package var unseenSinceNS: UInt64? {
    guard case .blocked(let wait) = phase, wait.sample == nil, sampledAtNS <= wait.sinceNS else {
      return nil
    }
    return wait.sinceNS
  }

  /// The worker, and since when it has been off the CPU.
  var still: StillWorker {
    let sinceNS: UInt64? = if case .blocked(let wait) = phase { wait.sinceNS } else { nil }
    return StillWorker(pid: pid, tid: tid, name: name, sinceNS: sinceNS)
  }

  /// Whether it is off the CPU and its last sample is tentative and some time old.
  ///
  /// - Parameter nowNS: the time.
  /// - Returns: whether another sample may be more accurate.
  package func isWorthResampling(nowNS: UInt64) -> Bool {
    guard case .blocked(let wait) = phase, let sample = wait.sample, sample.isTentative else {
      return false
    }
    return max(sampledAtNS, sample.afterNS) + FutexTurns.stillNS <= nowNS
  }

  /// Accounts for the kernel's counts, once the records up to their reading have been counted.
  ///
  /// The records show ready time only after a preemption. The rest of the kernel's count is the time
  /// between being woken and running, which the records show as off the CPU. The records already include
  /// the time since the reading, so the difference is rather too small than too large.
  ///
  /// - Parameters:
  ///   - horizonNS: every record before this time has been counted.
  ///   - lost: the time in which records were lost.
  func settleCounts(horizonNS: UInt64, lost: LostSpans = LostSpans()) {
    guard let read = counts, read.atNS <= horizonNS else { return }
    counts = nil
    var ran = UInt64(spent[.onCPU])
    switch phase {
    case .running(let since), .runningOrReady(let since): ran += read.atNS &- min(read.atNS, since)
    case .runnable, .blocked, .ended: break
    }
    if !lost.isEmpty { settleLost(read, ran: Double(ran), lost) }
    let ready = UInt64(spent[.runnable])
    guard let before = countsBefore else {
      countsBefore = KernelCounts(
        atNS: read.atNS, runNS: read.runNS &- min(read.runNS, ran),
        waitNS: read.waitNS &- min(read.waitNS, ready))
      return
    }
    let (seenReady, seenRun) = (before.waitNS + ready, before.runNS + ran)
    settledSwitches = voluntary + involuntary
    if read.waitNS > seenReady { wokenNS = max(wokenNS, read.waitNS - seenReady) }
    if read.runNS > seenRun { switchingNS = max(switchingNS, read.runNS - seenRun) }
    // When records are lost, the end of a run may be missing. The count of a running thread lags by up to
    // a tick of the kernel, at most ten milliseconds, and lacks what the worker ran since the reading.
    let sureRun = seenRun - min(seenRun, horizonNS - read.atNS)
    unprovenNS = sureRun > read.runNS + Self.countLagNS ? sureRun - read.runNS : 0
  }

  /// What the kernel counted beyond the records of the time in which none were lost was in the rest.
  private func settleLost(_ read: KernelCounts, ran: Double, _ lost: LostSpans) {
    guard let before = countsBefore else { return }
    var length = inLost.sum
    var ranInLost = inLost[.onCPU]
    let since: UInt64? =
      switch phase {
      case .running(let since), .runningOrReady(let since), .runnable(let since): since
      case .blocked(let wait): wait.sinceNS
      case .ended: nil
      }
    if let since, read.atNS > since {
      let current = Double(lost.overlap(fromNS: since, toNS: read.atNS))
      length += current
      switch phase {
      case .running, .runningOrReady: ranInLost += current
      case .runnable, .blocked, .ended: break
      }
    }
    let run = Double(read.runNS - min(read.runNS, before.runNS)) - (ran - ranInLost)
    let ready =
      Double(read.waitNS - min(read.waitNS, before.waitNS))
      - (spent[.runnable] - inLost[.runnable])
    let least = min(max(0, run), length)
    countedInLost = (least, min(max(0, ready), length - least), length)
    // What doesn't fit in there was between two records elsewhere.
    switchingBesideLostNS = max(0, run - least)
  }

  /// Nanoseconds that the kernel counted on a CPU, and that neither records nor lost records explain: the
  /// switches themselves.
  private(set) var switchingBesideLostNS = 0.0

  /// Whether the kernel's count was read after records were lost.
  var isCountedInLost: Bool { countedInLost.map { $0.length > 0 } ?? false }
  /// By what the time that it ran while records were lost is to be multiplied to fit the kernel's account of
  /// the whole program.
  var runInLostFactor = 1.0

  /// Nanoseconds beyond its own counts that it ran while records were lost, for the same reason.
  var moreInLostNS = 0.0

  /// How much longer it may have run while records were lost; 0 for a worker that hardly ran then.
  var roomInLostNS: Double {
    let (run, ready, length) = runInLost
    return run + ready >= Self.leastRunInLost * length ? max(0, length - run - ready) : 0
  }

  /// How long it ran and was ready while records were lost, and how long that was: by the kernel's account,
  /// and where that was never read, by the records that there are.
  var runInLost: (run: Double, ready: Double, length: Double) {
    let length = inLost.sum
    guard length > 0 else { return (0, 0, 0) }
    guard let counted = countedInLost, counted.length > 0 else {
      return (inLost[.onCPU] * runInLostFactor + moreInLostNS, 0, length)
    }
    // After the last reading it went on like that.
    let factor = length / counted.length
    return (
      counted.run * factor * runInLostFactor + moreInLostNS, counted.ready * factor, length
    )
  }

  /// A worker that ran for less of the time in which records were lost slept through it as it was seen to.
  private static let leastRunInLost = 0.01

  /// Sets the counts of the time before the observation.
  package func setCountsBefore(_ counts: KernelCounts) { countsBefore = counts }

  /// Nanoseconds in each state, with nothing unresolved, and with the time that only the kernel's counts
  /// show: from being woken to running, and from one thread to the next.
  ///
  /// - Parameter like: what was seen of the waits of workers like it.
  /// - Returns: a table with the same sum as `spent`.
  package func resolved(like: WaitMix?) -> StateTable {
    if inLost.sum > 0 { return resolvedWithLost(like: like) }
    var table = spent.resolved(by: mix, like: like)
    let unproven = min(Double(unprovenNS), table[.onCPU])
    table[.onCPU] -= unproven
    table[.other] += unproven
    table.move(Double(wokenNS), to: .runnable, keeping: [.onCPU])
    table.move(
      Double(switchingNS) + laterSwitchingFactor * laterSwitchingNS, to: .onCPU, keeping: [])
    return table
  }

  /// The shares of what it did while records were lost, as far as only the kernel's account tells; nil where
  /// none were lost, and for a worker that hardly ran then.
  var statesInLost: StateTable? {
    let (run, ready, length) = runInLost
    guard length > 0, run + ready >= Self.leastRunInLost * length else { return nil }
    return StateTable([
      .onCPU: run / length, .runnable: ready / length,
      .other: max(0, length - run - ready) / length,
    ])
  }

  /// Nanoseconds of the time in which records were lost of which only the kernel's account tells anything: that
  /// it was neither on a CPU nor ready for one.
  var unknownInLostNS: Double { statesInLost.map { $0[.other] * runInLost.length } ?? 0 }

  /// The same where records were lost: there the kernel's account holds, and what the worker did besides
  /// isn't known.
  private func resolvedWithLost(like: WaitMix?) -> StateTable {
    var table = spent.resolved(by: mix, like: like)
    let recorded = inLost.resolved(by: mix, like: like)
    table.add(recorded, times: -1)
    table.move(
      switchingBesideLostNS + laterSwitchingFactor * laterSwitchingNS, to: .onCPU, keeping: [])
    let (run, ready, length) = runInLost
    let rest = max(0, length - run - ready)
    var blocked = recorded
    (blocked[.onCPU], blocked[.runnable]) = (0, 0)
    if run + ready < Self.leastRunInLost * length, let waits = blocked.normalised {
      table.add(waits, times: rest)
    } else {
      table[.other] += rest
    }
    table[.onCPU] += run
    table[.runnable] += ready
    return StateTable(values: pointwiseMax(table.values, .zero))
  }

  /// The waits that were too short to look into: how many, and how long in all.
  ///
  /// - Parameter like: what was seen of the waits of workers like it.
  /// - Returns: their number and nanoseconds.
  package func tooShort(like: WaitMix?) -> (count: Int, nanoseconds: Double) {
    var (count, nanoseconds) = (0, 0.0)
    for length in WaitLength.allCases where unseenCounts[length.rawValue] > 0 {
      guard length.unknownState == .tooShort, WaitMix.shares(mix, like, length) == nil else {
        continue
      }
      count += Int(unseenCounts[length.rawValue])
      nanoseconds += unseenNS[length.rawValue]
    }
    return (count, nanoseconds)
  }
}

extension WorkerTrack {
  /// Workers that are alike: of one process, started the same way, with the same name but for numbers.
  ///
  /// A process's first thread is like no other one.
  package struct Peers: Hashable, Sendable {
    private let pid: Int32
    private let isFirst: Bool
    private let stem: String

    init(pid: Int32, kind: ObservedWorker.Kind, name: String) {
      self.pid = pid
      isFirst = kind != .thread
      stem = isFirst ? "" : name.filter { !$0.isNumber }
    }
  }
}

extension StateTable {
  /// Moves an amount to a state from all others, in proportion to what they have.
  ///
  /// - Parameters:
  ///   - amount: how much; at most what the others have.
  ///   - target: the state that receives it.
  ///   - kept: states from which nothing is taken.
  fileprivate mutating func move(
    _ amount: Double, to target: WorkerState, keeping kept: [WorkerState]
  ) {
    let sources = WorkerState.observed.filter { $0 != target && !kept.contains($0) }
    let there = sources.reduce(0) { $0 + self[$1] }
    let moved = min(amount, there)
    guard moved > 0 else { return }
    for state in sources { self[state] -= self[state] / there * moved }
    self[target] += moved
  }
}
