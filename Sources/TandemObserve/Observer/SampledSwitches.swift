import TandemModel
import TandemSystem

/// Follows a program by sampling `/proc`, where the kernel doesn't record its switches.
struct SampledSwitches: SwitchSource, ~Copyable {
  private(set) var tracker: SampleTracker
  private let mainPID: Int32
  private var pids: Set<Int32>
  private var programs: [Int32: UInt64] = [:]
  /// Whether workers found now existed before the observation.
  private var isFirst: Bool
  private var nextRoundNS: UInt64 = 0
  private var turn = 0
  /// Whether a launcher is looked for.
  private let findsLauncher: Bool
  /// The file that the first process runs.
  private var mainFile: String?
  /// Time on a CPU of workers that are off it, and since when they are.
  private var stillSince: [Int32: (runNS: UInt64, sinceNS: UInt64)] = [:]

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - wasThere: whether the program ran before the observation.
  ///   - beganNS: the beginning of the wall time.
  ///   - cpus: CPUs that the program can use.
  ///   - findsLauncher: whether a launcher is looked for.
  init(
    mainPID: Int32, wasThere: Bool = false, beganNS: UInt64, cpus: Double,
    findsLauncher: Bool = false
  ) {
    self.findsLauncher = findsLauncher
    self.mainPID = mainPID
    self.pids = []
    self.isFirst = wasThere
    self.tracker = SampleTracker(mainPID: mainPID, beganNS: beganNS, cpus: cpus)
  }

  var tally: ProgramTally { tracker.tally }
  var switches: ObservationSources.Switches { .sampled }
  var knownNS: UInt64 { tracker.sweep.nowNS }
  private(set) var stillWorkers: [StillWorker] = []
  var isMainUntraced: Bool { false }
  mutating func use(cpus: Double, always: Bool) { tracker.use(cpus: cpus, always: always) }

  /// A round that comes too early returns at once.
  func pauseMilliseconds() -> Int32 { Int32.random(in: PollingInterval.dense) }

  /// Does nothing: the last round reads them, since a process keeps its counts until it is reaped.
  mutating func readLastCounts(of pid: Int32) {}

  /// Ends at the time of the last round, not at the program's end.
  mutating func finish(atNS timeNS: UInt64) { tracker.finish() }

  func observation(
    _ context: ObservationContext, beganNS: UInt64, endedNS: UInt64
  ) -> Observation {
    var observation = Observation(
      tally: tracker.tally, sweep: tracker.sweep, switches: .sampled, context,
      beganNS: tracker.tally.beganNS, endedNS: endedNS)
    observation.launcher = tracker.launcher
    return observation
  }

  /// Samples every worker once, if enough time has passed since the last round.
  mutating func round(_ context: inout ObservationContext, isLast: Bool) {
    let began = MonotonicClock.now()
    guard isLast || began >= nextRoundNS else { return }
    context.sampleGILs()
    let cpuBegan = ThreadCPUClock.now()
    findProcesses(&context, nowNS: began)
    var samples: [WorkerSample] = []
    for pid in pids.sorted() {
      guard let tids = try? ProcTasks.threads(of: pid) else { continue }
      for tid in tids {
        if let sample = sample(at: tid, of: pid, &context) { samples.append(sample) }
      }
    }
    let ended = MonotonicClock.now()
    tracker.apply(samples, wasThere: isFirst, atNS: ended)
    context.countRound()
    noteStill(samples)
    isFirst = false
    if findsLauncher { noteExec(&context, atNS: ended) }
    context.readOrigins(of: tracker.tally, nowNS: ended)
    turn &+= 1
    // A round over a thousand workers takes long, and must not take more than its share of a CPU. Time
    // in which the observer itself waits for a CPU isn't counted: on a busy machine, rare samples would
    // miss the most.
    nextRoundNS = ended + UInt64(Double(ThreadCPUClock.now() &- cpuBegan) / Self.share)
    // Has a budget of its own: reading the memory of one large process would delay many rounds.
    context.readMemory(into: tracker.tally, nowNS: ended)
    context.masks.read(of: tracker.tally, nowNS: ended)
  }

  /// Notes since when workers have been off the CPU: since the sample before which the kernel's count of their
  /// time on it grew last.
  private mutating func noteStill(_ samples: [WorkerSample]) {
    var now: [Int32: (runNS: UInt64, sinceNS: UInt64)] = [:]
    stillWorkers = samples.map { sample in
      var sinceNS: UInt64?
      if !sample.isRunnable {
        let before = stillSince[sample.tid].flatMap { $0.runNS == sample.runNS ? $0.sinceNS : nil }
        sinceNS = before ?? sample.atNS
        now[sample.tid] = (sample.runNS, sinceNS ?? sample.atNS)
      }
      return StillWorker(pid: sample.pid, tid: sample.tid, name: sample.name, sinceNS: sinceNS)
    }
    stillSince = now
  }

  /// The share of a CPU that rounds may take.
  private static let share = 0.025

  private mutating func findProcesses(_ context: inout ObservationContext, nowNS: UInt64) {
    var found: Set<Int32> = []
    var parents: [Int32: Int32] = [:]
    var queue = [mainPID]
    while let pid = queue.popLast() {
      guard found.insert(pid).inserted, let children = try? ProcTasks.children(of: pid) else {
        continue
      }
      // An observer that the program started isn't a part of it.
      let others = children.filter { $0 != ServerLaunch.ownPID }
      for child in others { parents[child] = pid }
      queue += others
    }
    // A process whose parent has ended has another parent now, but still belongs to the program.
    for pid in pids.subtracting(found) where (try? ProcTasks.threads(of: pid))?.isEmpty == false {
      found.insert(pid)
    }
    for pid in found.subtracting(pids) where pid != mainPID {
      context.begin(pid, parent: parents[pid], nowNS: nowNS)
      tracker.started(pid, by: parents[pid])
    }
    for pid in pids.subtracting(found) { context.end(pid) }
    pids = found
  }

  /// Notes that the first process runs another file than before.
  private mutating func noteExec(_ context: inout ObservationContext, atNS timeNS: UInt64) {
    guard let file = try? ProgramFile.executable(of: mainPID), file != mainFile else { return }
    // Between the release and the exec it still runs Tandem's own file.
    let own = try? ProgramFile.executable(of: ServerLaunch.ownPID)
    let isOwn = file == own
    if mainFile != nil, !isOwn {
      tracker.mainExecuted(atNS: timeNS)
      context.replace(mainPID, nowNS: timeNS)
      context.forgetLauncher()
    }
    if !isOwn { mainFile = file }
  }

  private func sample(
    at tid: Int32, of pid: Int32, _ context: inout ObservationContext
  ) -> WorkerSample? {
    guard let stat = try? ThreadStat.read(tid, of: pid),
      tid == mainPID || !stat.hasEnded,
      let counts = try? SchedStat.read(.thread(tid, of: pid))
    else { return nil }
    let now = MonotonicClock.now()
    var wait: WaitSample?
    let isRunnable = stat.isRunnable
    // It no longer waits where it was last seen.
    if isRunnable { context.ran(tid) }
    if !isRunnable, !stat.hasEnded { wait = context.sample(at: tid, of: pid) }
    var switches: (voluntary: Int, involuntary: Int)?
    if turn % 16 == 0, let status = try? ProcStatus.read(.thread(tid, of: pid)),
      let voluntary = status.voluntarySwitches, let involuntary = status.involuntarySwitches
    {
      switches = (Int(clamping: voluntary), Int(clamping: involuntary))
    }
    return WorkerSample(
      pid: pid, tid: tid, name: stat.name, atNS: now,
      startedNS: MonotonicClock.time(ofTicksSinceBoot: stat.startTicks),
      isRunnable: isRunnable, runNS: counts.runNS, waitNS: counts.waitNS, switches: switches,
      wait: wait)
  }
}
