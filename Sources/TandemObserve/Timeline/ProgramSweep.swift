package import TandemModel

/// The program as a whole, swept once from its beginning to its end: how many workers were in which
/// state at each moment.
///
/// Let n be the workers in progress or held up by a lock, and nₛ those of them in state s. The wall
/// time that went to s is ∫ nₛ/n dt; while n = 0 it goes to what the others wait for. CPU time is lost
/// while fewer workers are on a CPU than there are CPUs. It is split over what the workers that don't
/// run wait for, as in the lab's balance of CPU time.
///
/// What a wait is for may be known only later, or never. Such waits come under `tooShort`. Whether they
/// belong to n is then open, so the sums are kept both ways, and `settled` weighs them by what became known.
package struct ProgramSweep: Sendable {
  /// The number of CPUs that the program can use, a time average.
  package var cpus: Double { hasChanged && sweptSeconds > 0 ? cpuSeconds / sweptSeconds : cpusNow }
  /// The number of CPUs that it can use from now on.
  private(set) var cpusNow: Double
  private var hasChanged = false
  /// Seconds swept so far, and the CPU seconds that the program could use in them.
  private var sweptSeconds = 0.0
  private var cpuSeconds = 0.0
  /// The time up to which it was swept.
  package private(set) var nowNS: UInt64
  /// The time in which records were lost, and the seconds of it that were swept.
  var lost = LostSpans()
  private var lostSeconds = 0.0
  /// The sums if what is unknown doesn't take wall time, and if it does.
  private var asIdle = SweepSums()
  private var asBusy = SweepSums()
  /// Wall seconds in which at least one worker was in each state: ∫ min(1, nₛ) dt.
  package private(set) var occupiedSeconds = StateTable()
  /// Worker seconds in each state, as far as they were known when the sweep passed.
  package var workerSeconds: StateTable { asIdle.workerSeconds }
  /// Seconds by the number of started workers in progress; the last entry includes higher numbers.
  ///
  /// Once if what is unknown isn't in progress, and once if it is.
  private var secondsAtOnce = (asIdle: [Double](), asBusy: [Double]())

  /// Seconds by the number of workers on a CPU; the last entry includes higher numbers.
  package private(set) var secondsByCPUs: [Double] = []

  private static let mostAtOnce = 65_536

  /// Begins a sweep.
  ///
  /// - Parameters:
  ///   - beganNS: the beginning of the wall time.
  ///   - cpus: CPUs that the program can use, above zero.
  package init(beganNS: UInt64, cpus: Double) {
    self.nowNS = beganNS
    self.cpusNow = cpus
  }

  /// Sets the number of CPUs that the program can use from now on, when it moved to another cgroup or
  /// was bound to other CPUs.
  ///
  /// - Parameters:
  ///   - cpus: CPUs, above zero.
  ///   - always: whether it was so from the beginning and was only found now.
  package mutating func use(cpus: Double, always: Bool) {
    guard cpus != cpusNow else { return }
    cpusNow = cpus
    guard always else {
      hasChanged = true
      return
    }
    // The lost time grows or shrinks in proportion, whatever it was lost to.
    let used = min(asIdle.workerSeconds[.onCPU], cpus * sweptSeconds)
    let (unused, unusedNow) = (cpuSeconds - used, cpus * sweptSeconds - used)
    cpuSeconds = cpus * sweptSeconds
    guard unused > 0 else { return }
    asIdle.scaleLost(by: unusedNow / unused)
    asBusy.scaleLost(by: unusedNow / unused)
  }

  /// Advances to a time; nothing changed until then.
  ///
  /// - Parameters:
  ///   - timeNS: the time; an earlier one changes nothing.
  ///   - workers: how many workers were in each state; under `tooShort`, those of which it isn't known.
  ///   - started: how many of those in progress the program started.
  ///   - unknown: how many of those under `tooShort` it started.
  package mutating func advance(
    to timeNS: UInt64, workers: StateTable, started: Double, unknown: Double = 0
  ) {
    guard timeNS > nowNS else { return }
    var seconds = Double(timeNS - nowNS) / 1e9
    if !lost.isEmpty {
      // Who did what isn't known there.
      let inLost = Double(lost.overlap(fromNS: nowNS, toNS: timeNS)) / 1e9
      seconds -= inLost
      lostSeconds += inLost
    }
    nowNS = timeNS
    let cpus = cpusNow
    sweptSeconds += seconds
    cpuSeconds += cpus * seconds
    guard seconds > 0 else { return }
    occupiedSeconds.add(
      StateTable(values: pointwiseMin(workers.values, SIMD16(repeating: 1))), times: seconds)

    Self.add(seconds, for: started, to: &secondsAtOnce.asIdle)
    Self.add(seconds, for: started + unknown, to: &secondsAtOnce.asBusy)
    Self.add(seconds, for: workers[.onCPU], to: &secondsByCPUs)

    var sharing = workers
    for state in [WorkerState.child, .waitingForWork, .other] { sharing[state] = 0 }
    asBusy.add(seconds, workers: workers, sharing: sharing, cpus: cpus)
    sharing[.tooShort] = 0
    asIdle.add(seconds, workers: workers, sharing: sharing, cpus: cpus)
  }

  private static func add(_ seconds: Double, for count: Double, to sums: inout [Double]) {
    let place = min(max(0, Int(count.rounded())), mostAtOnce)
    while sums.count <= place { sums.append(0) }
    sums[place] += seconds
  }

  /// The sums, with what was unknown where it belongs.
  ///
  /// - Parameters:
  ///   - found: what the unknown waits were for, as far as it has become known; what hasn't is under `tooShort`
  ///     and `other`, which take no wall time.
  ///   - running: how many workers ran, on average, while records were lost.
  /// - Returns: sums whose wall seconds add up to the time that was swept.
  package func settled(
    _ found: StateTable = StateTable(), runningInLost running: Double = 0
  ) -> SweepSums {
    var sums = settledWithRecords(found)
    if lostSeconds > 0 {
      let usable = cpus
      let used = min(running, usable)
      sums.wallSeconds[.onCPU] += min(1, running) * lostSeconds
      sums.wallSeconds[.other] += max(0, 1 - running) * lostSeconds
      sums.workerSeconds[.onCPU] += used * lostSeconds
      sums.lostCPUSeconds[.other] += (usable - used) * lostSeconds
    }
    return sums
  }

  private func settledWithRecords(_ found: StateTable) -> SweepSums {
    guard let shares = found.normalised else { return asIdle }
    let busy = shares.only(\.takesWallTime)
    var idle = shares
    idle.add(busy, times: -1)
    var result = asBusy.scaled(by: busy.sum, tooShortAs: busy.normalised)
    result.add(asIdle.scaled(by: 1 - busy.sum, tooShortAs: idle.normalised))
    return result
  }

  /// The least share of the time in which any worker was in progress for which so many must have been.
  ///
  /// Shorter overlaps are hand-overs: a thread that wakes another one keeps running for a moment.
  package static let maxAtOnceShare = 0.02

  /// The most started workers that were in progress at once for some share of the time.
  ///
  /// - Parameters:
  ///   - found: what the unknown waits were for, as for `settled`. Of those that were under way at once,
  ///     the share that turned out to be in progress counts. Where less than half of them turned out to be
  ///     anything, all others may have been in progress, and count as if they were.
  ///   - share: the least share of the time in which any was in progress.
  /// - Returns: the number.
  package func mostAtOnce(
    _ found: StateTable = StateTable(), forShare share: Double = ProgramSweep.maxAtOnceShare
  ) -> Int {
    let least = Self.most(of: secondsAtOnce.asIdle, forShare: share)
    let most = Self.most(of: secondsAtOnce.asBusy, forShare: share)
    let known = found.only { $0.isInProgress || !Self.mayBeInProgress($0) }
    let all = 2 * known.sum >= found.sum ? known : found
    let busy = all.normalised.map { $0.only(Self.mayBeInProgress).sum } ?? 1
    return least + Int((busy * Double(max(0, most - least))).rounded())
  }

  /// Whether a wait in a state may have been in progress; an unknown one may.
  private static func mayBeInProgress(_ state: WorkerState) -> Bool {
    state.isInProgress || state == .other || state == .tooShort
  }

  private static func most(of secondsAtOnce: [Double], forShare share: Double) -> Int {
    let all = secondsAtOnce.dropFirst().reduce(0, +)
    var above = 0.0
    for (number, seconds) in secondsAtOnce.enumerated().reversed() {
      above += seconds
      if above >= share * all, above > 0 { return number }
    }
    return 0
  }
}

extension StateTable {
  /// The states of a kind; the others are zero.
  fileprivate func only(_ isWanted: (WorkerState) -> Bool) -> StateTable {
    StateTable(
      Dictionary(uniqueKeysWithValues: WorkerState.observed.filter(isWanted).map { ($0, self[$0]) })
    )
  }
}
