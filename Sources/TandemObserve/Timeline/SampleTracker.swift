import TandemModel

/// What was seen of a worker in one look at `/proc`.
package struct WorkerGlance: Sendable {
  /// Its process.
  package var pid: Int32
  /// Its thread.
  package var tid: Int32
  /// Its name.
  package var name: String
  /// When it was looked at, in nanoseconds of `CLOCK_MONOTONIC`.
  package var atNS: UInt64
  /// When it was started, as the kernel tells it, to a hundredth of a second.
  package var startedNS: UInt64
  /// Whether it was on a CPU or ready for one.
  package var isRunnable: Bool
  /// Nanoseconds on a CPU since it was started.
  package var runNS: UInt64
  /// Nanoseconds ready for a CPU since it was started.
  package var waitNS: UInt64
  /// How often it gave its CPU away and how often that was taken; nil when not read.
  package var switches: (voluntary: Int, involuntary: Int)?
  /// What it waits for; nil when it doesn't, or nobody looked.
  package var look: WaitLook?

  /// Makes a glance.
  package init(
    pid: Int32, tid: Int32, name: String, atNS: UInt64, startedNS: UInt64, isRunnable: Bool,
    runNS: UInt64, waitNS: UInt64, switches: (voluntary: Int, involuntary: Int)? = nil,
    look: WaitLook? = nil
  ) {
    self.pid = pid
    self.tid = tid
    self.name = name
    self.atNS = atNS
    self.startedNS = startedNS
    self.isRunnable = isRunnable
    self.runNS = runNS
    self.waitNS = waitNS
    self.switches = switches
    self.look = look
  }
}

/// Follows every worker by looking at `/proc` again and again.
///
/// The kernel's counts of a thread's time on a CPU and ready for one are exact; what is left of the
/// time between two looks it was off the CPU, and for what is taken from the looks. Workers that
/// begin and end between two looks are never seen, and the last moments of the others are not.
package struct SampleTracker: ~Copyable {
  /// What is kept.
  package let tally: ProgramTally
  /// The program as a whole.
  package private(set) var sweep: ProgramSweep

  private let mainPID: Int32
  private var last: [Int32: WorkerGlance] = [:]

  /// Begins.
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

  /// Takes what was seen of all workers in one round.
  ///
  /// - Parameters:
  ///   - glances: a glance of every worker that was there.
  ///   - wasThere: workers that were there before this one was watched, whose past isn't counted.
  ///   - timeNS: when the round was over.
  package mutating func apply(
    _ glances: [WorkerGlance], wasThere: Bool = false, atNS timeNS: UInt64
  ) {
    var workers = PartialStateTable()
    var started = 0.0
    var seen = Set<Int32>(minimumCapacity: glances.count)
    for glance in glances {
      seen.insert(glance.tid)
      let shares = apply(glance, wasThere: wasThere)
      workers.add(shares)
      if glance.tid != mainPID, isInProgress(glance, shares) { started += 1 }
    }
    for (tid, track) in tally.live where !seen.contains(tid) {
      let glance = last.removeValue(forKey: tid)
      tally.end(track, atNS: glance?.atNS ?? timeNS)
    }
    sweep.advance(to: timeNS, workers: workers.resolved(by: nil), started: started)
  }

  /// The program can use another number of CPUs (`ProgramSweep.use`).
  mutating func use(cpus: Double, always: Bool) { sweep.use(cpus: cpus, always: always) }

  /// Ends the observation: who goes on is known up to the last glance.
  package mutating func finish() {
    for track in tally.live.values { track.endedNS = last[track.tid]?.atNS }
  }

  private func isInProgress(_ glance: WorkerGlance, _ shares: PartialStateTable) -> Bool {
    if glance.isRunnable { return true }
    if let state = glance.look?.state { return state.isInProgress }
    return shares.largest?.isInProgress ?? false
  }

  /// Counts the time since the last glance at a worker.
  ///
  /// - Returns: the shares of the states in that time.
  private mutating func apply(_ glance: WorkerGlance, wasThere: Bool) -> PartialStateTable {
    let track: WorkerTrack
    var before: WorkerGlance
    if let known = tally.live[glance.tid], let seen = last[glance.tid] {
      (track, before) = (known, seen)
    } else {
      before = glance
      if wasThere {
        before.atNS = max(glance.atNS, tally.beganNS)
      } else {
        // The kernel tells the start to a hundredth of a second; the program began no later.
        before.atNS = min(max(glance.startedNS, tally.beganNS), glance.atNS)
        (before.runNS, before.waitNS) = (0, 0)
      }
      before.look = nil
      track = begin(glance, sinceNS: before.atNS, wasThere: wasThere)
    }
    track.name = glance.name
    if let switches = glance.switches {
      (track.voluntary, track.involuntary) = (switches.voluntary, switches.involuntary)
    }
    // The kernel brings its counts up to date at moments of its own, that of being ready only when the
    // worker gets its CPU. What is counted here before the kernel does isn't counted again then.
    var counted = glance
    defer { last[glance.tid] = counted }
    guard glance.atNS > before.atNS else { return PartialStateTable() }
    let length = Double(glance.atNS - before.atNS)
    var spent = PartialStateTable()
    spent[.onCPU] = min(length, Double(glance.runNS &- min(before.runNS, glance.runNS)))
    counted.runNS = max(glance.runNS, before.runNS)
    spent[.runnable] = min(
      length - spent[.onCPU], Double(glance.waitNS &- min(before.waitNS, glance.waitNS)))
    counted.waitNS = max(glance.waitNS, before.waitNS)
    let rest = length - spent.sum
    if glance.isRunnable, before.isRunnable {
      // Found wanting a CPU both times: the counts lag.
      if rest < Self.countLagNS {
        spent[.onCPU] += rest
        counted.runNS += UInt64(max(0, rest))
      } else {
        spent[.runnable] += rest
        counted.waitNS += UInt64(rest)
      }
    } else if rest > 0 {
      let lengthNS = UInt64(rest)
      let look = glance.look ?? before.look
      tally.count(look, of: track, lengthNS: lengthNS)
      if let state = look?.state {
        spent[state] += rest
      } else {
        spent.unresolved(WaitMix.isShort(lengthNS), add: rest)
      }
    }
    let shares = spent.normalised ?? PartialStateTable()
    tally.spend(shares, by: track, fromNS: before.atNS, toNS: glance.atNS)
    return shares
  }

  /// The count of a running thread is brought up to date at least at each timer tick.
  private static let countLagNS = 10_000_000.0

  private func begin(_ glance: WorkerGlance, sinceNS: UInt64, wasThere: Bool) -> WorkerTrack {
    let kind: ObservedWorker.Kind =
      glance.tid != glance.pid ? .thread : glance.pid == mainPID ? .main : .process
    if wasThere {
      return tally.adopt(
        kind, pid: glance.pid, tid: glance.tid, name: glance.name, sinceNS: sinceNS,
        phase: .runnable(sinceNS: sinceNS))
    }
    return tally.begin(
      kind, pid: glance.pid, tid: glance.tid, name: glance.name, startedNS: sinceNS,
      phase: .runnable(sinceNS: sinceNS))
  }
}
