import TandemModel
import TandemSystem

/// Follows a program by the kernel's records of its switches.
struct TracedSwitches: SwitchSource, ~Copyable {
  private var events: SwitchEvents
  private(set) var tracker: SwitchTracker
  /// When the last record of each CPU was written.
  private var newestNS: [UInt32: UInt64] = [:]
  private var drainedNS: UInt64
  /// Waits at least this old are sampled first; most younger ones end before the sample is taken.
  private static let usualAgeNS: UInt64 = 1_000_000
  /// A worker whose short waits are known is sampled once in this many rounds.
  private static let rarely = 4
  /// How often the kernel's own count of each worker is read.
  private static let countsEveryNS: UInt64 = 100_000_000
  private var countedNS: UInt64 = 0
  /// Separate from the budget of samples, which the counts of a thousand workers would use up.
  private var countsBudget: SamplingBudget
  private var turn = 0
  private var interval: PollingInterval
  /// What the last round found.
  private var round = PollingInterval.Round(records: 0, waits: 0, needsSampling: true)
  private var untraced: UntracedProcesses
  private var launcher: Launcher?
  private var forks = ForkCosts()
  /// Execs of the first process that aren't recorded yet although they belong to its start.
  private var firstExecs: Int

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - events: the events that follow the program.
  ///   - tracker: follows the workers; it may have some already.
  ///   - mainPID: the program's first process.
  ///   - wasHeld: whether that is about to execute the program.
  init(
    _ events: consuming SwitchEvents, tracker: consuming SwitchTracker, mainPID: Int32,
    wasHeld: Bool
  ) {
    self.firstExecs = wasHeld ? 1 : 0
    self.untraced = UntracedProcesses(mainPID: mainPID)
    self.events = events
    self.tracker = tracker
    self.drainedNS = MonotonicClock.now()
    self.interval = PollingInterval(beganNS: drainedNS, pagesPerRing: self.events.pagesPerRing)
    self.countsBudget = SamplingBudget(nowNS: drainedNS, share: SamplingBudget.share / 3)
  }

  var tally: ProgramTally { tracker.tally }
  var switches: ObservationSources.Switches { .exact }
  var knownNS: UInt64 { tracker.horizonNS }
  var stillWorkers: [StillWorker] { tracker.tally.live.values.map(\.still) }
  var isMainUntraced: Bool { untraced.isMainUntraced }
  mutating func use(cpus: Double, always: Bool) { tracker.use(cpus: cpus, always: always) }

  /// Reads the new records and samples the waits of workers that sleep.
  mutating func round(_ context: inout ObservationContext, isLast: Bool) {
    // First, while the program is as the waking observer found it.
    if !isLast {
      context.sampleGILs()
      tracker.tally.gilIntervalsNS = context.gils.intervalsNS
    }
    drain(&context, isLast: isLast)
    let now = MonotonicClock.now()
    context.budget.fill(nowNS: now)
    if !isLast { sample(&context, nowNS: now) }
    // Records after the end of the wall time don't count; `finish` advances to that end.
    if !isLast { tracker.advance(to: events.horizonNS) }
  }

  mutating func pauseMilliseconds() -> Int32 {
    interval.pauseMilliseconds(after: round, nowNS: drainedNS)
  }

  private mutating func drain(_ context: inout ObservationContext, isLast: Bool) {
    let now = MonotonicClock.now()
    // A closure can't capture a noncopyable value that changes, so records are gathered first.
    var records: [PerfRecord] = []
    events.drain(finally: isLast) { record in records.append(record) }
    noteLost(records, nowNS: now)
    (round.records, round.waits) = (records.count, 0)
    for record in records {
      switch record.kind {
      case .switchedOut(preempted: false): round.waits += 1
      case .named(_, isExec: true) where record.pid == untraced.mainPID:
        if firstExecs > 0 { firstExecs -= 1 } else { context.mainIsReplaced = true }
      default: break
      }
      tracker.apply(record)
      untraced.note(record)
      forks.note(record)
    }
    if !isLast { forks.read() }
    untraced.check(nowNS: now)
    drainedNS = now
    for (pid, parent) in tracker.forked { context.fork(pid, of: parent, nowNS: now) }
    for pid in tracker.replaced {
      context.replace(pid, nowNS: now)
      if pid != untraced.mainPID || context.mainIsReplaced { context.masks.replace(pid) }
    }
    if tracker.launcher != launcher {
      launcher = tracker.launcher
      context.forgetLauncher()
    }
    for pid in tracker.gone { context.end(pid) }
    for tid in tracker.ran { context.ran(tid) }
    tracker.forked = []
    tracker.replaced = []
    tracker.gone = []
    tracker.ran = []
  }

  /// Notes where records are missing, before any record of that time is applied.
  private mutating func noteLost(_ records: [PerfRecord], nowNS: UInt64) {
    for record in records {
      if case .lost(let count) = record.kind {
        // It lies behind the last record of the same CPU.
        let fromNS = newestNS[record.cpu] ?? drainedNS
        tracker.noteLost(fromNS: fromNS, toNS: record.timeNS)
        tracker.sink?.lost(count, onCPU: record.cpu, fromNS: fromNS, toNS: record.timeNS)
      }
      newestNS[record.cpu] = record.timeNS
    }
    for fullNS in events.fullSinceNS { tracker.noteLost(fromNS: fullNS, toNS: nowNS) }
  }

  private mutating func sample(_ context: inout ObservationContext, nowNS: UInt64) {
    // First, because samples use up the budget, and memory is rarely due.
    context.readMemory(into: tracker.tally, nowNS: nowNS)
    var asleep: [WorkerTrack] = []
    var young: [WorkerTrack] = []
    round.needsSampling = context.gils.isWatching
    for track in tracker.tally.live.values {
      guard let since = track.unseenSinceNS else {
        if track.isWorthResampling(nowNS: nowNS) { asleep.append(track) }
        continue
      }
      round.needsSampling = true
      let age = nowNS &- min(nowNS, since)
      guard age >= Self.usualAgeNS else {
        if track.isWorthAYoungSample(turn) { young.append(track) }
        continue
      }
      // A worker with many short waits of known kind is sampled only now and then.
      let isRare = WaitLength(age) != .long && track.mix.isShortKnown
      if !isRare || turn.isMultiple(of: Self.rarely) { asleep.append(track) }
    }
    // Start at another worker each time, so that a budget too small for all is shared.
    turn &+= 1
    for workers in [asleep, young] {
      for index in workers.indices {
        guard context.budget.hasSome else {
          context.noteWaitsLeft()
          break
        }
        let track = workers[(index &+ turn &* 7919) % workers.count]
        let sample = context.sampleWithinBudget(at: track.tid, of: track.pid)
        if let sample { tracker.add(sample, of: track) }
      }
    }
    context.readOrigins(of: tracker.tally, nowNS: nowNS)
    for track in young where track.sampledAtNS >= nowNS { track.youngSamples += 1 }
    context.masks.read(of: tracker.tally, nowNS: nowNS)
    readCounts(&context, nowNS: nowNS)
  }

  private mutating func readCounts(_ context: inout ObservationContext, nowNS: UInt64) {
    guard nowNS >= countedNS + Self.countsEveryNS else { return }
    countedNS = nowNS
    countsBudget.fill(nowNS: nowNS)
    for track in tracker.tally.live.values where countsBudget.hasSome {
      countsBudget.spend {
        do throws(Errno) {
          let counts = try SchedStat.read(.thread(track.tid, of: track.pid))
          track.counts = WorkerTrack.KernelCounts(
            atNS: MonotonicClock.now(), runNS: counts.runNS, waitNS: counts.waitNS)
        } catch  where error == .noSuchFile || error == .noSuchProcess {
          if track.missingSinceNS == nil { track.missingSinceNS = MonotonicClock.now() }
        } catch {}
      }
    }
  }

  /// Reads the last counts of a first process that has ended and isn't reaped yet.
  mutating func readLastCounts(of pid: Int32) {
    guard let track = tracker.tally.live[pid],
      let counts = try? SchedStat.read(.thread(pid, of: pid))
    else { return }
    track.counts = WorkerTrack.KernelCounts(
      atNS: MonotonicClock.now(), runNS: counts.runNS, waitNS: counts.waitNS)
  }

  mutating func finish(atNS timeNS: UInt64) { tracker.finish(atNS: timeNS) }

  func observation(
    _ context: ObservationContext, beganNS: UInt64, endedNS: UInt64
  ) -> Observation {
    var observation = Observation(
      tally: tracker.tally, sweep: tracker.sweep, switches: .exact, context,
      beganNS: tracker.tally.beganNS, endedNS: endedNS)
    observation.launcher = tracker.launcher
    observation.lostRecords = Int(clamping: events.lostRecords)
    observation.lostNS = tracker.tally.lost.overlap(
      fromNS: tracker.tally.beganNS, toNS: endedNS)
    observation.untraced = untraced.names
    observation.forks = forks.report(tracker.tally, context.copies)
    return observation
  }
}
