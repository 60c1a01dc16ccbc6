package import TandemModel

/// Follows every worker by periodic samples of `/proc`.
///
/// The kernel's counts of a thread's time on a CPU and ready for one are exact. In the rest of the time
/// between two samples the thread was off the CPU; the samples say why. Workers that begin and end
/// between two samples are missed, as are the last moments of the others.
package struct SampleTracker: ~Copyable {
  /// The record of the workers.
  package private(set) var tally: ProgramTally
  /// The program as a whole.
  package private(set) var sweep: ProgramSweep

  private let mainPID: Int32
  private var last: [Int32: WorkerSample] = [:]
  /// The parents of processes that were found.
  private var parents: [Int32: Int32] = [:]

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
  }

  /// Applies the samples of one round.
  ///
  /// - Parameters:
  ///   - samples: a sample of every worker.
  ///   - wasThere: whether new workers existed before the observation; their past isn't counted.
  ///   - timeNS: when the round was over.
  package mutating func apply(
    _ samples: [WorkerSample], wasThere: Bool = false, atNS timeNS: UInt64
  ) {
    var workers = PartialStateTable()
    var started = 0.0
    var seen = Set<Int32>(minimumCapacity: samples.count)
    for sample in samples {
      seen.insert(sample.tid)
      let shares = apply(sample, wasThere: wasThere)
      workers.add(shares)
      if sample.tid != mainPID, isInProgress(sample, shares) { started += 1 }
    }
    for (tid, track) in tally.live where !seen.contains(tid) {
      let sample = last.removeValue(forKey: tid)
      tally.end(track, atNS: sample?.atNS ?? timeNS)
    }
    sweep.advance(to: timeNS, workers: workers.unknownAsTooShort, started: started)
  }

  /// Notes which process started another one.
  mutating func started(_ pid: Int32, by parent: Int32?) {
    if parents.count >= Self.mostParents { parents = [:] }
    parents[pid] = parent
  }

  private static let mostParents = 10_000

  /// What a launcher did; nil when there was none.
  package private(set) var launcher: Launcher?

  /// Begins anew when the first process has executed another program and nothing else lives.
  ///
  /// - Parameter timeNS: when that was found.
  mutating func mainExecuted(atNS timeNS: UInt64) {
    guard tally.live.count == 1, let main = tally.live[mainPID] else { return }
    launcher = Launcher(ending: tally, atNS: timeNS, after: launcher)
    tally = tally.begin(anew: main, atNS: timeNS).tally
    sweep = ProgramSweep(beganNS: timeNS, cpus: sweep.cpusNow)
  }

  /// Sets the number of CPUs that the program can use (`ProgramSweep.use`).
  mutating func use(cpus: Double, always: Bool) { sweep.use(cpus: cpus, always: always) }

  /// Ends the observation: running workers are known up to their last sample.
  package mutating func finish() {
    for track in tally.live.values { track.endedNS = last[track.tid]?.atNS }
  }

  private func isInProgress(_ sample: WorkerSample, _ shares: PartialStateTable) -> Bool {
    if sample.isRunnable { return true }
    if let state = sample.wait?.state { return state.isInProgress }
    return shares.largest?.isInProgress ?? false
  }

  /// Counts the time since a worker's last sample.
  ///
  /// - Returns: the shares of the states in that time.
  private mutating func apply(_ sample: WorkerSample, wasThere: Bool) -> PartialStateTable {
    let track: WorkerTrack
    var before: WorkerSample
    if let known = tally.live[sample.tid], let seen = last[sample.tid] {
      (track, before) = (known, seen)
    } else {
      before = sample
      if wasThere {
        before.atNS = max(sample.atNS, tally.beganNS)
      } else {
        // The kernel gives the start to a hundredth of a second; the program began no later than this.
        before.atNS = min(max(sample.startedNS, tally.beganNS), sample.atNS)
        (before.runNS, before.waitNS) = (0, 0)
      }
      before.wait = nil
      track = begin(sample, sinceNS: before.atNS, wasThere: wasThere)
    }
    track.name = sample.name
    if let switches = sample.switches {
      (track.voluntary, track.involuntary) = (switches.voluntary, switches.involuntary)
    }
    // The kernel updates its counts late, the one of being ready only when the worker gets a CPU. Time
    // counted here before the kernel counts it must not be counted again.
    var counted = sample
    defer { last[sample.tid] = counted }
    guard sample.atNS > before.atNS else { return PartialStateTable() }
    let length = Double(sample.atNS - before.atNS)
    var spent = PartialStateTable()
    spent[.onCPU] = min(length, Double(sample.runNS &- min(before.runNS, sample.runNS)))
    counted.runNS = max(sample.runNS, before.runNS)
    spent[.runnable] = min(
      length - spent[.onCPU], Double(sample.waitNS &- min(before.waitNS, sample.waitNS)))
    counted.waitNS = max(sample.waitNS, before.waitNS)
    let rest = length - spent.sum
    if sample.isRunnable, before.isRunnable {
      // Runnable in both samples, so the kernel's counts lag.
      if rest < Self.countLagNS {
        spent[.onCPU] += rest
        counted.runNS += UInt64(max(0, rest))
      } else {
        spent[.runnable] += rest
        counted.waitNS += UInt64(rest)
      }
    } else if rest > 0 {
      let lengthNS = UInt64(rest)
      let wait = sample.wait ?? before.wait
      tally.count(wait, of: track, lengthNS: lengthNS)
      if let state = wait?.state {
        spent[state] += rest
      } else {
        spent.unresolved(WaitLength(lengthNS), add: rest)
        track.early.unresolved(WaitLength(lengthNS), add: rest)
      }
    }
    let shares = spent.normalised ?? PartialStateTable()
    tally.spend(shares, by: track, fromNS: before.atNS, toNS: sample.atNS)
    return shares
  }

  /// The kernel updates the count of a running thread at least at each timer tick.
  private static let countLagNS = 10_000_000.0

  private func begin(_ sample: WorkerSample, sinceNS: UInt64, wasThere: Bool) -> WorkerTrack {
    let kind: ObservedWorker.Kind =
      sample.tid != sample.pid ? .thread : sample.pid == mainPID ? .main : .process
    let track =
      wasThere
      ? tally.adopt(
        kind, pid: sample.pid, tid: sample.tid, name: sample.name, sinceNS: sinceNS,
        phase: .runnable(sinceNS: sinceNS))
      : tally.begin(
        kind, pid: sample.pid, tid: sample.tid, name: sample.name, startedNS: sinceNS,
        phase: .runnable(sinceNS: sinceNS))
    track.parent = kind == .thread ? sample.pid : parents[sample.pid]
    return track
  }
}
