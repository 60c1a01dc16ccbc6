package import TandemModel
package import TandemSystem

/// Follows every worker by the records of its switches.
///
/// Records come in order of time. A sample of what a worker waits for is taken before the records around
/// it can be read, so it is kept until they are. It counts only if the records show that the worker slept
/// during the whole sample.
package struct SwitchTracker: ~Copyable {
  /// The record of the workers.
  package private(set) var tally: ProgramTally
  /// The program as a whole.
  package private(set) var sweep: ProgramSweep
  /// The time up to which every record was read.
  package private(set) var horizonNS: UInt64
  /// Processes that executed another program (execve(2)) since this was last emptied.
  package var replaced: Set<Int32> = []
  /// Processes that began since this was last emptied, with their parents.
  package var forked: [(pid: Int32, parent: Int32)] = []
  /// Processes that ended since this was last emptied.
  package var gone: [Int32] = []
  /// What a launcher did, when the first process executed another program after everything that it had
  /// started was over; nil when there was none, or when it isn't looked for.
  package private(set) var launcher: Launcher?
  /// Whether a launcher is looked for; the first exec is the program's own.
  package var findsLauncher = false
  private var mainHasBegun = false
  /// Workers that continued after a sample since this was last emptied.
  package var ran: [Int32] = []

  /// A wait without a sample delays the sweep no longer than this.
  private static let patienceNS: UInt64 = 30_000_000

  /// Receives what is recorded; nil for nobody.
  package var sink: (any ObservationSink)? { didSet { changes.sink = sink } }

  private let mainPID: Int32
  private var unsettledSamples: [WorkerTrack] = []
  private var changes = StateChanges()

  /// Makes a tracker.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - beganNS: the beginning of the wall time.
  ///   - cpus: CPUs that the program can use.
  package init(mainPID: Int32, beganNS: UInt64, cpus: Double) {
    self.mainPID = mainPID
    self.tally = ProgramTally(beganNS: beganNS)
    self.sweep = ProgramSweep(beganNS: beganNS, cpus: cpus)
    self.horizonNS = beganNS
  }

  // MARK: Workers

  /// Begins to follow a worker that existed before.
  ///
  /// - Parameters:
  ///   - tid: its thread.
  ///   - pid: its process.
  ///   - name: its name.
  ///   - state: what it was doing: on a CPU, ready for one, or (`other`) asleep.
  ///   - timeNS: when it was found so.
  package mutating func adopt(
    _ tid: Int32, of pid: Int32, name: String, doing state: WorkerState, atNS timeNS: UInt64
  ) {
    guard tally.live[tid] == nil else { return }
    _ = adopted(tid, of: pid, name: name, doing: state, atNS: timeNS)
  }

  /// Begins to follow a worker that isn't followed yet.
  ///
  /// - Returns: the worker.
  private mutating func adopted(
    _ tid: Int32, of pid: Int32, name: String, doing state: WorkerState, atNS timeNS: UInt64
  ) -> WorkerTrack {
    let time = max(timeNS, tally.beganNS)
    let kind: ObservedWorker.Kind = tid != pid ? .thread : pid == mainPID ? .main : .process
    let phase: WorkerTrack.Phase =
      switch state {
      case .onCPU: .running(sinceNS: time)
      case .runnable: .runnable(sinceNS: time)
      default: .blocked(WorkerTrack.Wait(sinceNS: time))
      }
    let track = tally.adopt(kind, pid: pid, tid: tid, name: name, sinceNS: time, phase: phase)
    if state == .onCPU || state == .runnable { change(track, to: state, atNS: time) }
    return track
  }

  /// Takes the next record.
  package mutating func apply(_ record: PerfRecord) {
    // At its very end, a thread has no number.
    guard record.tid > 0 else { return }
    defer { sink?.record(record) }
    let time = max(record.timeNS, tally.beganNS)
    switch record.kind {
    case .switchedIn: switchedIn(track(of: record), atNS: time)
    case .switchedOut(let preempted):
      switchedOut(track(of: record), isPreempted: preempted, atNS: time)
    case .forked(let child, let childPID, let parentPID, _):
      forked(child, of: childPID, by: parentPID, atNS: time)
    case .exited: exited(record.tid, atNS: time)
    case .named(let name, let isExec):
      let track = track(of: record)
      track.name = name
      guard isExec else { break }
      replaced.insert(record.pid)
      // Only a running thread executes a program, even if no record has shown it running.
      switchedIn(track, atNS: time)
      if record.pid == mainPID { mainExecuted(track, atNS: time) }
    case .lost: break
    }
  }

  /// The worker of a record; if its beginning was missed, it begins now.
  private mutating func track(of record: PerfRecord) -> WorkerTrack {
    if let track = tally.live[record.tid] { return track }
    let state: WorkerState =
      switch record.kind {
      case .switchedIn: .other
      default: .onCPU
      }
    return adopted(record.tid, of: record.pid, name: "", doing: state, atNS: record.timeNS)
  }

  private mutating func forked(
    _ tid: Int32, of pid: Int32, by parent: Int32, atNS time: UInt64
  ) {
    // With more than one event open per CPU, each of them records the fork.
    if let old = tally.live[tid] {
      guard old.startedNS < time, old.pid != pid else { return }
      exited(tid, atNS: time)
    }
    let name = tally.live[parent]?.name ?? ""
    let track = tally.begin(
      tid == pid ? .process : .thread, pid: pid, tid: tid, name: name, startedNS: time,
      phase: .runnable(sinceNS: time))
    track.parent = parent
    if tid == pid { forked.append((pid: pid, parent: parent)) }
    change(track, to: .runnable, atNS: time)
  }

  /// Begins anew when the first process executes another program and nothing else lives.
  private mutating func mainExecuted(_ track: WorkerTrack, atNS time: UInt64) {
    defer { mainHasBegun = true }
    guard findsLauncher, mainHasBegun, tally.live.count == 1, tally.live[mainPID] != nil else {
      return
    }
    close(track, atNS: time)
    track.phase = .running(sinceNS: time)
    launcher = Launcher(ending: tally, atNS: time, after: launcher)
    let began = tally.begin(anew: track, atNS: time)
    tally = began.tally
    sweep = ProgramSweep(beganNS: time, cpus: sweep.cpusNow)
    changes = StateChanges()
    changes.sink = sink
    unsettledSamples = []
    sink?.reportBegan(atNS: time)
    change(began.main, to: .onCPU, atNS: time)
  }

  private mutating func exited(_ tid: Int32, atNS time: UInt64) {
    guard let track = tally.live[tid] else { return }
    close(track, atNS: time)
    change(track, to: nil, atNS: time)
    if track.tid == track.pid { gone.append(track.pid) }
    tally.end(track, atNS: time)
  }

  private mutating func switchedIn(_ track: WorkerTrack, atNS time: UInt64) {
    // A record was lost: the thread was running before, and still is.
    if case .running = track.phase { return }
    if case .runningOrReady(let since) = track.phase { track.phase = .runnable(sinceNS: since) }
    close(track, atNS: time)
    track.phase = .running(sinceNS: time)
    if track.firstRunNS == nil { tally.firstRun(track, atNS: time) }
    change(track, to: .onCPU, atNS: time)
  }

  private mutating func switchedOut(_ track: WorkerTrack, isPreempted: Bool, atNS time: UInt64) {
    close(track, atNS: time)
    if isPreempted {
      track.involuntary += 1
      track.phase = .runnable(sinceNS: time)
      change(track, to: .runnable, atNS: time)
    } else {
      track.voluntary += 1
      track.phase = .blocked(WorkerTrack.Wait(sinceNS: time))
    }
  }

  /// Counts what a worker did up to a time.
  private mutating func close(_ track: WorkerTrack, atNS time: UInt64) {
    switch track.phase {
    case .running(let since), .runningOrReady(let since):
      spend(.onCPU, by: track, fromNS: since, toNS: time)
    case .runnable(let since): spend(.runnable, by: track, fromNS: since, toNS: time)
    case .blocked(let wait): close(wait, of: track, atNS: time)
    case .ended: break
    }
  }

  private func spend(
    _ state: WorkerState, by track: WorkerTrack, fromNS: UInt64, toNS: UInt64
  ) {
    tally.spend(state, by: track, fromNS: fromNS, toNS: toNS)
    sink?.spent(state, nil, by: track, fromNS: fromNS, toNS: toNS)
  }

  private mutating func close(_ wait: WorkerTrack.Wait, of track: WorkerTrack, atNS time: UInt64) {
    if track.sampledAtNS > wait.sinceNS { ran.append(track.tid) }
    let later = take(from: track, sinceNS: wait.sinceNS, untilNS: time)
    let sample = later ?? wait.sample
    let length = time > wait.sinceNS ? time - wait.sinceNS : 0
    var swept = wait.countedAs
    if swept == nil {
      let state = sample?.state ?? guess(track, since: wait.sinceNS, until: time)
      change(track, to: state, atNS: wait.sinceNS)
      swept = state
    }
    if let later, later != wait.sample { tally.count(later, at: track) }
    // What workers like it wait for at that time is better evidence than this worker's past.
    let seen =
      sample == nil && WaitLength(length) == .long
      ? tally.seen(like: track, fromNS: wait.sinceNS, toNS: time) : nil
    if let seen {
      tally.spend(PartialStateTable(seen), by: track, fromNS: wait.sinceNS, toNS: time)
    } else {
      tally.spend(sample?.state, by: track, fromNS: wait.sinceNS, toNS: time)
    }
    sink?.spent(sample?.state, sample, by: track, fromNS: wait.sinceNS, toNS: time)
    if swept == .tooShort {
      if let seen {
        track.early.add(PartialStateTable(seen), times: Double(length))
      } else if let state = sample?.state {
        track.early[state] += Double(length)
      } else {
        track.early.unresolved(WaitLength(length), add: Double(length))
      }
    }
    tally.count(sample, of: track, lengthNS: length)
    tally.noteForGIL(sample?.state, of: track, lengthNS: length)
    // Samples before this time are no longer needed.
    if !track.samples.isEmpty { track.samples.removeAll { $0.beforeNS < time } }
  }

  /// The last sample within a wait.
  private func take(
    from track: WorkerTrack, sinceNS: UInt64, untilNS: UInt64
  ) -> WaitSample? {
    track.samples.last { $0.beforeNS >= sinceNS && $0.afterNS <= untilNS }
  }

  /// What the sweep counts a wait as that wasn't looked into, or not yet.
  ///
  /// Where it is known what such waits are for, they get the states in turn, so that the sweep has of each
  /// as much as the worker's own column.
  ///
  /// - Returns: the state; `tooShort` where too little is known by now, whatever the length.
  private func guess(_ track: WorkerTrack, since: UInt64, until: UInt64) -> WorkerState {
    let length = until &- min(until, since)
    guard let shares = shares(WaitLength(length), of: track, since: since, until: until) else {
      return .tooShort
    }
    track.owed.add(shares, times: Double(length))
    let state = track.owed.largest ?? .tooShort
    track.owed[state] -= Double(length)
    return state
  }

  private func shares(
    _ length: WaitLength, of track: WorkerTrack, since: UInt64, until: UInt64
  ) -> StateTable? {
    if length == .long, let now = tally.seen(like: track, fromNS: since, toNS: until) { return now }
    // There may be many short waits between two samples, and only a sample changes the answer.
    if track.guesses.shares.isEmpty || track.guesses.looks != tally.usefulSamples {
      let like = tally.mix(like: track)
      track.guesses = (
        WaitLength.allCases.map { WaitMix.shares(track.mix, like, $0) }, tally.usefulSamples
      )
    }
    return track.guesses.shares[length.rawValue]
  }

  // MARK: Lost records

  /// Notes that records are missing.
  ///
  /// - Parameters:
  ///   - fromNS: when the last record before them was written.
  ///   - toNS: when the first one after them was written.
  package mutating func noteLost(fromNS: UInt64, toNS: UInt64) {
    tally.lost.add(fromNS: max(fromNS, tally.beganNS), toNS: toNS)
    sweep.lost.add(fromNS: max(fromNS, tally.beganNS), toNS: toNS)
  }

  // MARK: Samples

  /// Adds a sample of what a worker waits for; it counts if the worker slept during all of it.
  ///
  /// - Parameters:
  ///   - sample: the sample.
  ///   - track: the worker.
  package mutating func add(_ sample: WaitSample, of track: WorkerTrack) {
    track.sampledAtNS = sample.afterNS
    if track.samples.isEmpty { unsettledSamples.append(track) }
    track.samples.append(sample)
  }

  // MARK: The sweep

  /// Sets the number of CPUs that the program can use (`ProgramSweep.use`).
  mutating func use(cpus: Double, always: Bool) { sweep.use(cpus: cpus, always: always) }

  private mutating func change(_ track: WorkerTrack, to state: WorkerState?, atNS time: UInt64) {
    changes.add(track, to: state, atNS: time)
  }

  /// Advances to where every record has been read and every wait is known or overdue.
  ///
  /// - Parameter horizonNS: every record before this time has been applied.
  /// - Complexity: O(w + c log c) for w workers and c changes since the last time.
  package mutating func advance(to horizonNS: UInt64) {
    self.horizonNS = max(self.horizonNS, horizonNS)
    settleSamples()
    endMissing()
    var safe = self.horizonNS
    for track in tally.live.values {
      settleCounts(of: track)
      guard case .blocked(var wait) = track.phase, wait.countedAs == nil else { continue }
      if wait.sinceNS + Self.patienceNS < self.horizonNS {
        let state = guess(track, since: wait.sinceNS, until: self.horizonNS)
        wait.countedAs = state
        track.phase = .blocked(wait)
        change(track, to: state, atNS: wait.sinceNS)
      } else {
        safe = min(safe, wait.sinceNS)
      }
    }
    changes.take(&sweep, to: safe)
  }

  private func settleCounts(of track: WorkerTrack) {
    let read = track.counts
    track.settleCounts(horizonNS: horizonNS, lost: tally.lost)
    if let read, track.counts == nil { sink?.counted(read, of: track) }
  }

  /// Ends workers that are gone although no record says so.
  ///
  /// The record was lost, or the worker became its process's first thread by an exec. Keeping such
  /// workers would cost memory and time without end.
  private mutating func endMissing() {
    for track in tally.live.values {
      guard let since = track.missingSinceNS, since + Self.lateNS <= horizonNS else { continue }
      let began: UInt64 =
        switch track.phase {
        case .running(let began), .runningOrReady(let began), .runnable(let began): began
        case .blocked(let wait): wait.sinceNS
        case .ended: since
        }
      // The kernel reuses numbers: this is a new thread, which had a record since.
      if began > since {
        track.missingSinceNS = nil
      } else {
        tally.missedEnds += 1
        exited(track.tid, atNS: since)
      }
    }
  }

  /// The record of an end arrives within this time, if there is one.
  private static let lateNS: UInt64 = 50_000_000

  /// Assigns samples to waits that haven't ended.
  private mutating func settleSamples() {
    var stillWaiting: [WorkerTrack] = []
    for track in unsettledSamples {
      settle(track)
      if !track.samples.isEmpty { stillWaiting.append(track) }
    }
    unsettledSamples = stillWaiting
  }

  private mutating func settle(_ track: WorkerTrack) {
    guard case .blocked(var wait) = track.phase, wait.sample?.isTentative != false,
      let sample = take(from: track, sinceNS: wait.sinceNS, untilNS: horizonNS)
    else { return }
    tally.count(sample, at: track)
    // What a later look may correct isn't known yet.
    let counted = sample.isTentative ? WorkerState.tooShort : sample.state
    if wait.countedAs == nil {
      change(track, to: counted, atNS: wait.sinceNS)
    } else if wait.countedAs != counted {
      // The sweep counted another state, and may have passed the wait's beginning.
      let time = max(sweep.nowNS, sample.beforeNS)
      if wait.countedAs == .tooShort, time > wait.sinceNS {
        track.early[sample.state] += Double(time - wait.sinceNS)
      }
      change(track, to: counted, atNS: time)
    }
    wait.sample = sample
    wait.countedAs = counted
    track.phase = .blocked(wait)
    track.samples.removeAll { $0.afterNS <= horizonNS }
  }

  /// Ends the observation, and counts current states up to now.
  ///
  /// - Parameter timeNS: the end of the wall time.
  package mutating func finish(atNS timeNS: UInt64) {
    horizonNS = max(horizonNS, timeNS)
    settleSamples()
    for track in tally.live.values {
      settleCounts(of: track)
      close(track, atNS: timeNS)
      switch track.phase {
      case .ended: break
      // A record just after the program's end still belongs to the worker's life.
      case .running(let since) where since > timeNS,
        .runningOrReady(let since) where since > timeNS,
        .runnable(let since) where since > timeNS:
        track.endedNS = since
      case .blocked(let wait) where wait.sinceNS > timeNS: track.endedNS = wait.sinceNS
      case .running, .runningOrReady: track.phase = .running(sinceNS: timeNS)
      case .runnable: track.phase = .runnable(sinceNS: timeNS)
      case .blocked(var wait):
        if wait.countedAs == nil {
          wait.countedAs = guess(track, since: wait.sinceNS, until: timeNS)
        }
        wait.sinceNS = timeNS
        track.phase = .blocked(wait)
      }
    }
    changes.take(&sweep, to: timeNS)
  }
}
