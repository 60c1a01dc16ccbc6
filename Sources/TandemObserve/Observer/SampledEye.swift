import TandemModel
import TandemSystem

/// Follows a program by looking at `/proc`, where the kernel doesn't give its records of switches.
struct SampledEye: Eye, ~Copyable {
  private(set) var tracker: SampleTracker
  private let mainPID: Int32
  private var pids: Set<Int32>
  private var programs: [Int32: UInt64] = [:]
  /// Whether workers that are found were there before.
  private var isFirst: Bool
  private var nextRoundNS: UInt64 = 0
  private var turn = 0

  /// Begins.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - wasThere: whether the program ran before it was watched.
  ///   - beganNS: the beginning of the wall time.
  ///   - cpus: CPUs that the program can use.
  init(mainPID: Int32, wasThere: Bool = false, beganNS: UInt64, cpus: Double) {
    self.mainPID = mainPID
    self.pids = []
    self.isFirst = wasThere
    self.tracker = SampleTracker(mainPID: mainPID, beganNS: beganNS, cpus: cpus)
  }

  var tally: ProgramTally { tracker.tally }
  var switches: ObservationSources.Switches { .sampled }
  var knownNS: UInt64 { tracker.sweep.nowNS }
  var hasLostSight: Bool { false }
  mutating func use(cpus: Double, always: Bool) { tracker.use(cpus: cpus, always: always) }

  /// Rounds that come too soon end at once.
  func pauseMilliseconds() -> Int32 { Int32.random(in: RoundPace.dense) }

  /// The last round reads them: whoever has ended and wasn't waited for still has its counts.
  mutating func readLastCounts(of pid: Int32) {}

  /// Rounds end at their own time, which isn't that of the program.
  mutating func finish(atNS timeNS: UInt64) { tracker.finish() }

  func observation(
    _ surroundings: Surroundings, beganNS: UInt64, endedNS: UInt64
  ) -> Observation {
    Observation(
      tally: tracker.tally, sweep: tracker.sweep, switches: .sampled, surroundings,
      beganNS: beganNS, endedNS: endedNS)
  }

  /// Looks at every worker once, if enough time has passed since the last time.
  mutating func round(_ surroundings: inout Surroundings, isLast: Bool) {
    let began = MonotonicClock.now()
    guard isLast || began >= nextRoundNS else { return }
    surroundings.budget.fill(nowNS: began)
    // Has a budget of its own, and reads a program's file only once.
    surroundings.gils.look(nowNS: began, budget: &surroundings.budget)
    let cpuBegan = ThreadCPUClock.now()
    findProcesses(&surroundings, nowNS: began)
    var glances: [WorkerGlance] = []
    for pid in pids.sorted() {
      guard let tids = try? ProcTasks.threads(of: pid) else { continue }
      for tid in tids {
        if let glance = glance(at: tid, of: pid, &surroundings) { glances.append(glance) }
      }
    }
    let ended = MonotonicClock.now()
    tracker.apply(glances, wasThere: isFirst, atNS: ended)
    isFirst = false
    turn &+= 1
    // A round over a thousand workers takes long; it must not take more than its share of a CPU. Time
    // in which the observer itself waits for a CPU isn't a cost, and a busy machine is where looking
    // seldom would miss most.
    nextRoundNS = ended + UInt64(Double(ThreadCPUClock.now() &- cpuBegan) / Self.share)
    // Has a budget of its own: one look at the memory of a large process would put off many rounds.
    surroundings.readMemory(into: tracker.tally, nowNS: ended)
  }

  /// The share of a CPU that rounds may take.
  private static let share = 0.025

  private mutating func findProcesses(_ surroundings: inout Surroundings, nowNS: UInt64) {
    var found: Set<Int32> = []
    var parents: [Int32: Int32] = [:]
    var queue = [mainPID]
    while let pid = queue.popLast() {
      guard found.insert(pid).inserted, let children = try? ProcTasks.children(of: pid) else {
        continue
      }
      for child in children { parents[child] = pid }
      queue += children
    }
    // Whoever is still there although its parent isn't, was given another one and is still ours.
    for pid in pids.subtracting(found) where (try? ProcTasks.threads(of: pid))?.isEmpty == false {
      found.insert(pid)
    }
    for pid in found.subtracting(pids) where pid != mainPID {
      surroundings.begin(pid, parent: parents[pid], nowNS: nowNS)
    }
    for pid in pids.subtracting(found) { surroundings.end(pid) }
    pids = found
  }

  private func glance(
    at tid: Int32, of pid: Int32, _ surroundings: inout Surroundings
  ) -> WorkerGlance? {
    guard let stat = try? ThreadGlance.read(tid, of: pid),
      tid == mainPID || !stat.hasEnded,
      let counts = try? SchedStat.read(.thread(tid, of: pid))
    else { return nil }
    let now = MonotonicClock.now()
    var look: WaitLook?
    let isRunnable = stat.state == UInt8(ascii: "R")
    // Who was seen waiting for something, and has it now.
    if isRunnable { surroundings.ran(tid) }
    if !isRunnable, !stat.hasEnded { look = surroundings.look(at: tid, of: pid) }
    var switches: (voluntary: Int, involuntary: Int)?
    if turn % 16 == 0, let status = try? ProcStatus.read(.thread(tid, of: pid)),
      let voluntary = status.voluntarySwitches, let involuntary = status.involuntarySwitches
    {
      switches = (Int(clamping: voluntary), Int(clamping: involuntary))
    }
    return WorkerGlance(
      pid: pid, tid: tid, name: stat.name, atNS: now,
      startedNS: MonotonicClock.time(ofTicksSinceBoot: stat.startTicks),
      isRunnable: isRunnable, runNS: counts.runNS, waitNS: counts.waitNS, switches: switches,
      look: look)
  }
}
