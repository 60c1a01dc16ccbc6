import TandemModel
import TandemSystem

/// Follows a program by the kernel's records of its switches.
struct ExactEye: Eye, ~Copyable {
  private var events: SwitchEvents
  private(set) var tracker: SwitchTracker
  /// Wall nanoseconds in which records were lost.
  private(set) var lostNS: UInt64 = 0
  private var drainedNS: UInt64
  /// A wait as long as this is looked into: shorter ones are over before the look.
  private static let leastAgeNS: UInt64 = 1_000_000
  /// A worker whose short waits are known is looked at in one of so many rounds.
  private static let rarely = 4
  /// How often the kernel's own count of each worker is read.
  private static let countsEveryNS: UInt64 = 100_000_000
  private var countedNS: UInt64 = 0
  /// Apart from that of looks: the counts of a thousand workers would leave nothing for those.
  private var countsBudget: LookBudget
  private var turn = 0
  private var pace: RoundPace
  /// What was met in the last round.
  private var sight = RoundPace.Sight(records: 0, waits: 0, isSomethingToSee: true)
  private var blind: LostSight

  init(_ events: consuming SwitchEvents, tracker: consuming SwitchTracker, mainPID: Int32) {
    self.blind = LostSight(mainPID: mainPID)
    self.events = events
    self.tracker = tracker
    self.drainedNS = MonotonicClock.now()
    self.pace = RoundPace(beganNS: drainedNS, pagesPerRing: self.events.pagesPerRing)
    self.countsBudget = LookBudget(nowNS: drainedNS, share: LookBudget.share / 3)
  }

  var tally: ProgramTally { tracker.tally }
  var switches: ObservationSources.Switches { .exact }
  var knownNS: UInt64 { tracker.horizonNS }
  var hasLostSight: Bool { blind.mainIsLost }
  mutating func use(cpus: Double, always: Bool) { tracker.use(cpus: cpus, always: always) }

  /// Reads the records that have come, and looks at what sleeps.
  mutating func round(_ surroundings: inout Surroundings, isLast: Bool) {
    drain(&surroundings, isLast: isLast)
    let now = MonotonicClock.now()
    surroundings.budget.fill(nowNS: now)
    if !isLast { look(&surroundings, nowNS: now) }
    // What came after the end of the wall time isn't part of it; `finish` goes up to there.
    if !isLast { tracker.advance(to: events.horizonNS) }
  }

  mutating func pauseMilliseconds() -> Int32 {
    pace.pauseMilliseconds(after: sight, nowNS: drainedNS)
  }

  private mutating func drain(_ surroundings: inout Surroundings, isLast: Bool) {
    let now = MonotonicClock.now()
    var lost = false
    // A closure can't change what can't be copied, so records are gathered first.
    var records: [PerfRecord] = []
    events.drain(finally: isLast) { record in
      if case .lost = record.kind { lost = true }
      records.append(record)
    }
    (sight.records, sight.waits) = (records.count, 0)
    for record in records {
      if case .switchedOut(preempted: false) = record.kind { sight.waits += 1 }
      tracker.apply(record)
      blind.note(record)
    }
    blind.check(nowNS: now)
    if lost { lostNS += now - drainedNS }
    drainedNS = now
    for (pid, parent) in tracker.forked { surroundings.begin(pid, parent: parent, nowNS: now) }
    for pid in tracker.replaced { surroundings.replace(pid, nowNS: now) }
    if tracker.replaced.contains(blind.mainPID) { surroundings.mainIsReplaced = true }
    for pid in tracker.gone { surroundings.end(pid) }
    for tid in tracker.ran { surroundings.ran(tid) }
    tracker.forked = []
    tracker.replaced = []
    tracker.gone = []
    tracker.ran = []
  }

  private mutating func look(_ surroundings: inout Surroundings, nowNS: UInt64) {
    // First, since looks take whatever there is, and this is seldom due.
    surroundings.readMemory(into: tracker.tally, nowNS: nowNS)
    surroundings.gils.look(nowNS: nowNS, budget: &surroundings.budget)
    var asleep: [WorkerTrack] = []
    sight.isSomethingToSee = surroundings.gils.isWatching
    for track in tracker.tally.live.values {
      guard let since = track.unseenSinceNS else {
        if track.isWorthASecondLook(nowNS: nowNS) { asleep.append(track) }
        continue
      }
      sight.isSomethingToSee = true
      let age = nowNS &- min(nowNS, since)
      guard age >= Self.leastAgeNS else { continue }
      // Who goes to sleep again and again, briefly and as ever, is looked at now and then.
      let isRare = WaitMix.isShort(age) && track.mix.isShortKnown
      if !isRare || turn.isMultiple(of: Self.rarely) { asleep.append(track) }
    }
    // From another one each time, so that a budget that doesn't do for all is shared.
    turn &+= 1
    for index in asleep.indices {
      guard surroundings.budget.hasSome else { break }
      let track = asleep[(index &+ turn &* 7919) % asleep.count]
      let look = surroundings.lookWithinBudget(at: track.tid, of: track.pid)
      if let look { tracker.add(look, of: track) }
    }
    readCounts(&surroundings, nowNS: nowNS)
  }

  private mutating func readCounts(_ surroundings: inout Surroundings, nowNS: UInt64) {
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

  /// Reads what can still be read of a program whose first process has ended and wasn't waited for.
  mutating func readLastCounts(of pid: Int32) {
    guard let track = tracker.tally.live[pid],
      let counts = try? SchedStat.read(.thread(pid, of: pid))
    else { return }
    track.counts = WorkerTrack.KernelCounts(
      atNS: MonotonicClock.now(), runNS: counts.runNS, waitNS: counts.waitNS)
  }

  mutating func finish(atNS timeNS: UInt64) { tracker.finish(atNS: timeNS) }

  func observation(
    _ surroundings: Surroundings, beganNS: UInt64, endedNS: UInt64
  ) -> Observation {
    var observation = Observation(
      tally: tracker.tally, sweep: tracker.sweep, switches: .exact, surroundings,
      beganNS: beganNS, endedNS: endedNS)
    observation.lostRecords = Int(clamping: events.lostRecords)
    observation.lostNS = lostNS
    observation.lostSight = blind.names
    return observation
  }
}
