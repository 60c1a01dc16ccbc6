package import TandemModel

/// What is kept of one worker while the program runs.
package final class WorkerTrack {
  /// What it does at the moment, as far as records were read.
  enum Phase {
    /// Ready for a CPU since a time.
    case runnable(sinceNS: UInt64)
    /// On a CPU since a time.
    case running(sinceNS: UInt64)
    /// On a CPU or ready for one since a time; the next record tells which.
    case runningOrReady(sinceNS: UInt64)
    /// Off the CPU since a time, and why if that was seen.
    case blocked(Wait)
    /// It has ended.
    case ended
  }

  /// A wait that goes on.
  struct Wait {
    /// When it began.
    var sinceNS: UInt64
    /// What was seen; nil when nobody has looked.
    var sample: WaitSample?
    /// What the sweep was told; nil when it wasn't told yet.
    var countedAs: WorkerState?
  }

  /// What kind of worker it is.
  package let kind: ObservedWorker.Kind
  /// Its process.
  package let pid: Int32
  /// Its thread.
  package let tid: Int32
  /// The last name that it had.
  package internal(set) var name: String
  /// When it was started, or first seen.
  package let startedNS: UInt64
  /// When it ended; nil while it goes on.
  package internal(set) var endedNS: UInt64?
  /// When it was first on a CPU; nil when it wasn't, or was there before it was watched.
  package internal(set) var firstRunNS: UInt64?
  /// Nanoseconds in each state.
  package internal(set) var spent = PartialStateTable()
  /// Waits that were seen.
  package internal(set) var mix = WaitMix()
  /// How often it gave its CPU away.
  package internal(set) var voluntary = 0
  /// How often its CPU was taken away.
  package internal(set) var involuntary = 0
  /// Its row of the timeline.
  package internal(set) var row = TimelineRow()
  /// What it did, stretch by stretch, if somebody asked for that.
  package internal(set) var segments: [ObservedSegment] = []
  /// The largest memory that was read; nil for threads, and when it was never read.
  package internal(set) var memory: WorkerMemory?
  /// The largest resident part of its stack that was read, in KiB; nil for the first thread of a
  /// process, and when it was never read.
  package internal(set) var stackKiB: Int?
  /// Nanoseconds that it was ready for a CPU although no record says so: from being woken to running.
  package internal(set) var wokenNS: UInt64 = 0
  /// Nanoseconds that the kernel counted on a CPU although no record says so: the way from one
  /// thread to the next, which lies between the record of one and that of the other.
  package internal(set) var switchingNS: UInt64 = 0
  /// Nanoseconds that records show on a CPU and the kernel didn't count.
  package private(set) var unprovenNS: UInt64 = 0
  private static let countLagNS: UInt64 = 10_000_000
  /// The kernel's own counts, as last read; nil when they have been taken account of.
  package var counts: KernelCounts?
  /// Those counts when the worker began to be watched; nil for one that was there before and wasn't read yet.
  package internal(set) var countsBefore: KernelCounts? = KernelCounts(atNS: 0, runNS: 0, waitNS: 0)

  /// What its short waits were last guessed to be for, and how many looks had told something by then;
  /// nil before the first guess.
  var lastGuess: (samples: Int, state: WorkerState)?

  /// Since when there has been no such thread, in nanoseconds of `CLOCK_MONOTONIC`; nil while there is one.
  var missingSinceNS: UInt64?

  /// What the kernel counts of a thread (`/proc/PID/task/TID/schedstat`).
  package struct KernelCounts: Sendable, Equatable {
    /// When it was read, in nanoseconds of `CLOCK_MONOTONIC`.
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
  /// Looks whose wait isn't known to be over yet.
  var samples: [WaitSample] = []
  /// The end of the last look, so that a wait isn't looked into twice.
  package internal(set) var sampledAtNS: UInt64 = 0

  init(
    kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, startedNS: UInt64,
    phase: Phase, slot: Int
  ) {
    self.kind = kind
    self.pid = pid
    self.tid = tid
    self.name = name
    self.startedNS = startedNS
    self.phase = phase
    self.slot = slot
  }

  /// Since when it has been off the CPU with nobody having looked why; nil when it is not so.
  package var unseenSinceNS: UInt64? {
    guard case .blocked(let wait) = phase, wait.sample == nil, sampledAtNS <= wait.sinceNS else {
      return nil
    }
    return wait.sinceNS
  }

  /// Whether it is off the CPU, and was looked at, but only tentatively and some time ago.
  ///
  /// - Parameter nowNS: the time.
  /// - Returns: whether another look may tell better.
  package func isWorthResampling(nowNS: UInt64) -> Bool {
    guard case .blocked(let wait) = phase, let sample = wait.sample, sample.isTentative else {
      return false
    }
    return max(sampledAtNS, sample.afterNS) + FutexTurns.stillNS <= nowNS
  }

  /// Takes account of the kernel's counts, once the records up to their reading have been counted.
  ///
  /// What the records show as ready is being preempted; the rest of the kernel's count is being woken
  /// and not yet run, which the records show as being off the CPU. What has gone on since the reading
  /// is in the records already, so too little is taken rather than too much.
  func settleCounts(horizonNS: UInt64) {
    guard let read = counts, read.atNS <= horizonNS else { return }
    counts = nil
    var ran = UInt64(spent[.onCPU])
    switch phase {
    case .running(let since), .runningOrReady(let since): ran += read.atNS &- min(read.atNS, since)
    case .runnable, .blocked, .ended: break
    }
    let ready = UInt64(spent[.runnable])
    guard let before = countsBefore else {
      countsBefore = KernelCounts(
        atNS: read.atNS, runNS: read.runNS &- min(read.runNS, ran),
        waitNS: read.waitNS &- min(read.waitNS, ready))
      return
    }
    let (seenReady, seenRun) = (before.waitNS + ready, before.runNS + ran)
    if read.waitNS > seenReady { wokenNS = max(wokenNS, read.waitNS - seenReady) }
    if read.runNS > seenRun { switchingNS = max(switchingNS, read.runNS - seenRun) }
    // Records were lost, and with them the end of a stretch on a CPU. A running thread's count lags
    // by up to a tick of the kernel's, ten milliseconds at the most; nor does it have what the worker
    // has run since it was read.
    let sureRun = seenRun - min(seenRun, horizonNS - read.atNS)
    unprovenNS = sureRun > read.runNS + Self.countLagNS ? sureRun - read.runNS : 0
  }

  /// Sets the counts that belong to the time before the worker was watched.
  package func setCountsBefore(_ counts: KernelCounts) { countsBefore = counts }

  /// Nanoseconds in each state, nothing unresolved, and with the time that only the kernel's counts
  /// tell of: from being woken to running, and from one thread to the next.
  ///
  /// - Parameter fallback: the waits seen of its process, for a worker that nobody looked at.
  /// - Returns: a table with the same sum as `spent`.
  package func resolved(fallback: WaitMix?) -> StateTable {
    var seen = spent
    let unproven = min(Double(unprovenNS), seen[.onCPU])
    seen[.onCPU] -= unproven
    seen.unresolved(true, add: unproven)
    var table = seen.resolved(by: mix, fallback: fallback)
    table.move(Double(wokenNS), to: .runnable, keeping: [.onCPU])
    table.move(Double(switchingNS), to: .onCPU, keeping: [])
    return table
  }
}

extension StateTable {
  /// Moves an amount to a state from all others, in proportion to what they have.
  ///
  /// - Parameters:
  ///   - amount: how much; no more than there is is moved.
  ///   - target: where to.
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
