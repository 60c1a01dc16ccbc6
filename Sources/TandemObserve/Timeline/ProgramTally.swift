package import TandemModel

/// Everything that is recorded about a program while it is observed, by either source of switches.
///
/// Memory is bounded: of workers that have ended, the busiest are kept one by one, and the others are
/// added up.
package final class ProgramTally {
  /// The most ended workers that are kept one by one.
  package static let mostKept = 2_000
  /// Start-up times kept for each kind of worker, enough for a median.
  private static let mostStarts = 2_000

  /// The beginning of the wall time.
  package let beganNS: UInt64
  /// The workers that still run, by thread.
  package private(set) var live: [Int32: WorkerTrack] = [:]
  /// Workers that have ended.
  package private(set) var ended: [WorkerTrack] = []
  /// How many ended workers were added up.
  package private(set) var foldedCount = 0
  /// Their nanoseconds in each state.
  package private(set) var folded = StateTable()
  /// How many threads and processes were started.
  package private(set) var startedThreads = 0
  package private(set) var startedProcesses = 0
  /// Nanoseconds from the start to the first run, of the first workers of each kind.
  package private(set) var threadStartsNS: [UInt64] = []
  package private(set) var processStartsNS: [UInt64] = []
  /// Nanoseconds of waits of theirs that the sweep had to count early, by what is known now.
  package private(set) var foldedEarly = StateTable()
  /// Their waits that were too short to look into: how many, and nanoseconds.
  package private(set) var foldedTooShort = (count: 0, nanoseconds: 0.0)
  /// What was seen of the waits of workers that are alike.
  private var mixes: [WorkerTrack.Peers: WaitMix] = [:]
  /// The waits for each lock.
  package private(set) var locks: [WaitKey: LockTally] = [:]
  /// Where threads waited for the GIL of each process, as far as it was looked into.
  package private(set) var gilPlaces: [Int32: WaitPlaces] = [:]
  /// Nanoseconds of sampled waits for what is outside of the program, by what it is.
  package private(set) var outsideNS: [String: UInt64] = [:]
  private static let mostOutside = 1_000
  /// The spans of the timeline.
  package private(set) var scale: TimelineScale
  /// Nanoseconds off the CPU whose cause was sampled, and all of them.
  package private(set) var sampledNS: UInt64 = 0
  package private(set) var offCPUNS: UInt64 = 0
  /// What workers that are alike were waiting for when looked at.
  private var seen: [WorkerTrack.Peers: [(atNS: UInt64, state: WorkerState)]] = [:]
  private static let mostSeen = 512
  /// Processes that had more than one thread; only the first ones when there are very many.
  package private(set) var threadedPIDs: Set<Int32> = []
  /// The time in which records were lost.
  package var lost = LostSpans()
  /// Workers that were found gone although no record says that they ended.
  package internal(set) var missedEnds = 0
  /// Nanoseconds that folded workers ran in that time, by the kernel's account.
  private var foldedRunInLost = 0.0
  /// Samples that found what a worker waited for.
  package private(set) var usefulSamples = 0

  /// The switch interval of each process that has a GIL, in nanoseconds.
  package var gilIntervalsNS: [Int32: UInt64] = [:]

  /// The segments of the workers' time, if requested.
  var segments = SegmentStore()

  private var slots = 0
  private var freeSlots: [Int] = []

  /// The waits for a lock.
  package struct LockTally: Sendable {
    package var lock: WaitedLock
    package var waitNS: UInt64 = 0
    package var maxWaiters = 0
    package var places = WaitPlaces()
  }

  private static let mostLocks = 10_000
  private static let mostMixes = 10_000

  /// Makes a tally.
  ///
  /// - Parameter beganNS: the beginning of the wall time, in nanoseconds of `CLOCK_MONOTONIC`.
  package init(beganNS: UInt64) {
    self.beganNS = beganNS
    self.scale = TimelineScale(originNS: beganNS)
  }

  /// Adds a worker that has begun.
  ///
  /// - Returns: its track.
  func begin(
    _ kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, startedNS: UInt64,
    phase: WorkerTrack.Phase
  ) -> WorkerTrack {
    switch kind {
    case .main: break
    case .thread: startedThreads += 1
    case .process: startedProcesses += 1
    }
    return add(kind, pid: pid, tid: tid, name: name, startedNS: startedNS, phase: phase)
  }

  /// Adds a worker that began before it was found.
  ///
  /// - Returns: its track.
  func adopt(
    _ kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, sinceNS: UInt64,
    phase: WorkerTrack.Phase
  ) -> WorkerTrack {
    let track = add(kind, pid: pid, tid: tid, name: name, startedNS: sinceNS, phase: phase)
    // It ran before, so its next run isn't its first.
    track.firstRunNS = sinceNS
    track.countsBefore = nil
    track.wasThereBefore = true
    return track
  }

  private func add(
    _ kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, startedNS: UInt64,
    phase: WorkerTrack.Phase
  ) -> WorkerTrack {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
    } else {
      slot = slots
      slots += 1
    }
    let track = WorkerTrack(
      kind: kind, pid: pid, tid: tid, name: name, startedNS: startedNS, phase: phase, slot: slot)
    live[tid] = track
    if kind == .thread, threadedPIDs.count < Self.mostMixes { threadedPIDs.insert(pid) }
    return track
  }

  /// Begins another tally at an exec of the program's first process, which has forgotten all before it.
  ///
  /// - Parameters:
  ///   - main: the first process's thread, which runs.
  ///   - timeNS: the time of the exec.
  /// - Returns: the new tally, and the thread in it.
  func begin(anew main: WorkerTrack, atNS timeNS: UInt64) -> (
    tally: ProgramTally, main: WorkerTrack
  ) {
    let tally = ProgramTally(beganNS: timeNS)
    tally.segments = segments.emptied
    let track = tally.adopt(
      .main, pid: main.pid, tid: main.tid, name: main.name, sinceNS: timeNS,
      phase: .running(sinceNS: timeNS))
    return (tally, track)
  }

  /// Nanoseconds on a CPU of all workers so far, without those since the last record of each.
  var cpuNS: Double {
    workers.reduce(folded[.onCPU]) { $0 + $1.resolved(like: nil)[.onCPU] }
  }

  /// Notes that a worker has ended.
  func end(_ track: WorkerTrack, atNS: UInt64) {
    track.endedNS = atNS
    track.phase = .ended
    track.samples = []
    live[track.tid] = nil
    // These samples explain current waits, of which a first thread that has ended has none.
    if track.kind != .thread { seen[track.peers] = nil }
    freeSlots.append(track.slot)
    ended.append(track)
    if ended.count >= 2 * Self.mostKept { fold() }
  }

  /// Adds up the less busy half of the ended workers, but never the program's first thread.
  private func fold() {
    ended.sort { weight($0) > weight($1) }
    for track in ended[Self.mostKept...] {
      let like = mix(like: track)
      folded.add(track.resolved(like: like))
      foldedRunInLost += track.runInLost.run
      foldedEarly.add(track.early.resolved(by: track.mix, like: like))
      let short = track.tooShort(like: like)
      foldedTooShort.count += short.count
      foldedTooShort.nanoseconds += short.nanoseconds
      foldedCount += 1
    }
    ended.removeSubrange(Self.mostKept...)
  }

  private func weight(_ track: WorkerTrack) -> Double {
    track.kind == .main ? .infinity : track.spent[.onCPU] + track.spent.sum / 1e3
  }

  /// Notes that a worker ran for the first time.
  func firstRun(_ track: WorkerTrack, atNS: UInt64) {
    track.firstRunNS = atNS
    let took = atNS > track.startedNS ? atNS - track.startedNS : 0
    switch track.kind {
    case .main: break
    case .thread where threadStartsNS.count < Self.mostStarts: threadStartsNS.append(took)
    case .process where processStartsNS.count < Self.mostStarts: processStartsNS.append(took)
    case .thread, .process: break
    }
  }

  /// Adds time to a worker.
  ///
  /// - Parameters:
  ///   - state: the state; nil for a wait that wasn't sampled.
  ///   - track: the worker.
  ///   - fromNS: when it began.
  ///   - toNS: when it ended.
  func spend(_ state: WorkerState?, by track: WorkerTrack, fromNS: UInt64, toNS: UInt64) {
    guard toNS > fromNS else { return }
    let length = Double(toNS - fromNS)
    let inLost = lost.isEmpty ? 0 : lost.overlap(fromNS: fromNS, toNS: toNS)
    if let state {
      track.spent[state] += length
      track.inLost[state] += Double(inLost)
    } else {
      let kind = WaitLength(toNS - fromNS)
      track.spent.unresolved(kind, add: length)
      track.inLost.unresolved(kind, add: Double(inLost))
      // Where records are missing, it may have been many waits.
      if inLost == 0 {
        track.unseenCounts[kind.rawValue] &+= 1
        track.unseenNS[kind.rawValue] += length
      }
    }
    if segments.areKept {
      segments.keep(
        state.map { .state($0) } ?? .unseen(WaitLength(toNS - fromNS)), of: track,
        fromNS: fromNS, toNS: toNS)
    }
    scale.reach(toNS)
    track.row.add(state, fromNS: fromNS, toNS: toNS, on: scale)
  }

  /// Adds time to a worker that was in several states.
  func spend(_ shares: PartialStateTable, by track: WorkerTrack, fromNS: UInt64, toNS: UInt64) {
    guard toNS > fromNS else { return }
    track.spent.add(shares, times: Double(toNS - fromNS))
    if !lost.isEmpty {
      track.inLost.add(shares, times: Double(lost.overlap(fromNS: fromNS, toNS: toNS)))
    }
    if segments.areKept {
      segments.keep(.shares(shares), of: track, fromNS: fromNS, toNS: toNS)
    }
    scale.reach(toNS)
    track.row.add(shares, fromNS: fromNS, toNS: toNS, on: scale)
  }

  /// Stores a sample with its time.
  func count(_ sample: WaitSample, at track: WorkerTrack) {
    if seen.count >= Self.mostMixes, seen[track.peers] == nil { seen.removeAll() }
    seen[track.peers, default: []].append((sample.beforeNS, sample.state))
    guard let all = seen[track.peers], all.count >= Self.mostSeen else { return }
    // Keep every second one, so that the samples still reach back to the beginning.
    seen[track.peers] = stride(from: 0, to: all.count, by: 2).map { all[$0] }
  }

  /// What workers like one waited for during some time.
  ///
  /// - Returns: shares that add up to 1; nil when there are too few looks to know them.
  func seen(like track: WorkerTrack, fromNS: UInt64, toNS: UInt64) -> StateTable? {
    var table = StateTable()
    for (time, state) in seen[track.peers] ?? [] where time >= fromNS && time <= toNS {
      table[state] += 1
    }
    guard let shares = table.normalised, WaitMix.areEnough(table.sum, for: shares) else {
      return nil
    }
    return shares
  }

  /// What was seen of the waits of workers like one, itself included; nil without a look.
  package func mix(like track: WorkerTrack) -> WaitMix? { mixes[track.peers] }

  /// How many kinds of workers that are alike are kept.
  package var mixCount: Int { mixes.count }

  /// Fits the time that workers ran while records were lost to the kernel's account of the whole program.
  ///
  /// The time of workers whose count was never read is fitted first. Where the account has more than was
  /// counted, those that ran then did so for longer: it isn't known which of them.
  ///
  /// - Parameter accountedNS: CPU nanoseconds of the whole program (wait4(2)).
  func fitRunInLost(to accountedNS: Double) {
    guard !lost.isEmpty else { return }
    var outside = folded[.onCPU] - foldedRunInLost
    var (counted, recorded) = (0.0, 0.0)
    let workers = ended + live.values
    for track in workers {
      outside += track.spent[.onCPU] - track.inLost[.onCPU] + track.switchingBesideLostNS
      let run = track.runInLost.run
      if track.isCountedInLost { counted += run } else { recorded += run }
    }
    let inLost = max(0, accountedNS - outside - foldedRunInLost)
    let forRecorded = max(0, inLost - counted)
    if inLost > counted + recorded { return runLonger(inLost - counted - recorded, workers) }
    for track in workers {
      if track.isCountedInLost {
        if counted > inLost { track.runInLostFactor = inLost / counted }
      } else if recorded > forRecorded {
        track.runInLostFactor = forRecorded / recorded
      }
    }
  }

  /// Lets workers run for longer while records were lost, each as far as that isn't used otherwise.
  private func runLonger(_ missingNS: Double, _ workers: [WorkerTrack]) {
    let rooms = workers.map(\.roomInLostNS)
    let all = rooms.reduce(0, +)
    guard all > 0 else { return }
    for (track, room) in zip(workers, rooms) { track.moreInLostNS = room * min(1, missingNS / all) }
  }

  /// Counts the switches after the last reading of each worker's count, as far as the kernel's account of the
  /// whole program has more than was seen.
  ///
  /// - Parameter accountedNS: CPU nanoseconds of the whole program (wait4(2)).
  func fitLaterSwitching(to accountedNS: Double) {
    let workers = ended + live.values
    let later = workers.reduce(0) { $0 + $1.laterSwitchingNS }
    let missing = accountedNS - cpuNS
    guard later > 0, missing > 0 else { return }
    for track in workers { track.laterSwitchingFactor = min(1, missing / later) }
  }

  /// Nanoseconds that workers ran while records were lost, by the kernel's account.
  package var runInLostNS: Double {
    (ended + live.values).reduce(foldedRunInLost) { $0 + $1.runInLost.run }
  }

  /// Nanoseconds of waits that the sweep had to count before it was known what they were for, by what is
  /// known now.
  package var early: StateTable {
    (ended + live.values).reduce(into: foldedEarly) { sum, track in
      sum.add(track.early.resolved(by: track.mix, like: mix(like: track)))
    }
  }

  /// Notes a wait that has ended, which may have been for a GIL.
  func noteForGIL(_ state: WorkerState?, of track: WorkerTrack, lengthNS: UInt64) {
    guard let interval = gilIntervalsNS[track.pid] else { return }
    track.gilSleeps.note(lengthNS: lengthNS, intervalNS: interval, state: state)
  }

  /// Counts a wait that has ended.
  func count(_ sample: WaitSample?, of track: WorkerTrack, lengthNS: UInt64) {
    offCPUNS += lengthNS
    guard let sample else { return }
    sampledNS += lengthNS
    usefulSamples += 1
    if sample.loop != nil {
      track.loop.count(
        sample, lengthNS: lengthNS, isAlone: !threadedPIDs.contains(track.pid))
    }
    if WaitLength(lengthNS).rawValue <= WaitLength.brief.rawValue { track.usefulYoungSamples += 1 }
    track.mix.count(sample.state, lengthNS: lengthNS)
    if mixes.count >= Self.mostMixes, mixes[track.peers] == nil { mixes.removeAll() }
    mixes[track.peers, default: WaitMix()].count(sample.state, lengthNS: lengthNS)
    if let outside = sample.outside,
      outsideNS.count < Self.mostOutside || outsideNS[outside] != nil
    {
      outsideNS[outside, default: 0] += lengthNS
    }
    if sample.state == .gil, gilPlaces.count < Self.mostLocks || gilPlaces[track.pid] != nil {
      gilPlaces[track.pid, default: WaitPlaces()].add(sample.place, lengthNS: lengthNS)
    }
    if sample.state == .lock, let waited = sample.lock {
      guard locks.count < Self.mostLocks || locks[waited.key] != nil else { return }
      var lock = locks[waited.key] ?? LockTally(lock: waited)
      lock.waitNS += lengthNS
      lock.maxWaiters = max(lock.maxWaiters, sample.waiters)
      lock.places.add(sample.place, lengthNS: lengthNS)
      locks[waited.key] = lock
    }
  }

  /// Keeps the largest memory that was read of a process, at its first thread.
  ///
  /// - Parameters:
  ///   - memory: the memory read now.
  ///   - pid: the process.
  package func note(_ memory: WorkerMemory, of pid: Int32) {
    guard let track = live[pid] else { return }
    if let before = track.memory?.pssKiB, before >= memory.pssKiB ?? 0 { return }
    track.memory = memory
  }

  /// Keeps the largest resident part of a thread's stack.
  ///
  /// - Parameters:
  ///   - stackKiB: the size read now.
  ///   - tid: the thread.
  package func note(stackKiB: Int, of tid: Int32) {
    guard let track = live[tid] else { return }
    track.stackKiB = max(track.stackKiB ?? 0, stackKiB)
  }

  /// All workers that are kept, both ended and running, by start time.
  package var workers: [WorkerTrack] {
    (ended + live.values).sorted { ($0.startedNS, $0.tid) < ($1.startedNS, $1.tid) }
  }
}
