import TandemModel
import TandemSystem

/// What is sampled besides switches: what workers wait for, their interpreters' locks, their memory.
struct ObservationContext {
  var waits: WaitReader
  var gils = GILSampler()
  var memory = MemorySampler()
  /// What forked processes have copied of the memory that they share.
  private(set) var copies = CopiedMemory()
  /// What workers read and wrote.
  private(set) var data: DataSampler
  var masks: CPUMasks
  var budget: SamplingBudget
  private var origins = OriginReader()
  /// Processes that are helpers of Python's runtime.
  private(set) var helpers: Set<Int32> = []
  /// Processes that executed a program and whose arguments weren't read yet.
  private var unread: Set<Int32> = []
  /// Separate from the budget of samples, which the stacks of a thousand threads would use up.
  private var stackBudget: SamplingBudget
  /// Whether the program's first process has executed another program since this was reset.
  var mainIsReplaced = false
  /// Receives what is seen; nil for nobody.
  var sink: (any ObservationSink)? { didSet { gils.sink = sink } }
  /// Samples that were tried.
  private(set) var sampleCount = 0
  /// How often every worker's state was read; 0 where switches are recorded.
  private(set) var roundCount = 0
  /// Why some workers could not be inspected; nil when all could.
  private(set) var refused: Errno?
  /// Samples that failed in a row for lack of permission, by process.
  private var refusals: [Int32: Int] = [:]
  /// During execve(2) a process briefly refuses every access, so one refusal doesn't count.
  private static let refusalsThatCount = 2

  /// Makes a context.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - cpus: the numbers of the CPUs that the program was given.
  ///   - file: the path of the file that the first process began with; nil when it isn't known.
  ///   - reportsRunning: whether `ran` is called for each worker that continues after a sample.
  ///   - nowNS: the time.
  init(
    mainPID: Int32, cpus: [Int], file: String? = nil, reportsRunning: Bool, nowNS: UInt64
  ) {
    waits = WaitReader(reportsRunning: reportsRunning)
    data = DataSampler(mainPID: mainPID, nowNS: nowNS)
    masks = CPUMasks(
      mainPID: mainPID, given: cpus, file: file, knowsExecs: reportsRunning, nowNS: nowNS)
    budget = SamplingBudget(nowNS: nowNS)
    stackBudget = SamplingBudget(nowNS: nowNS, share: SamplingBudget.shareOfStacks)
    begin(mainPID, parent: nil, nowNS: nowNS)
  }

  /// Notes a process that has begun or was found.
  mutating func begin(_ pid: Int32, parent: Int32?, nowNS: UInt64) {
    waits.add(process: pid)
    memory.begin(pid, nowNS: nowNS)
    data.begin(pid, parent: parent)
    if let parent { masks.begin(pid, parent: parent) }
    if let parent { gils.fork(pid, of: parent, nowNS: nowNS) } else { gils.add(pid, nowNS: nowNS) }
  }

  /// Notes a process that has just been forked.
  mutating func fork(_ pid: Int32, of parent: Int32, nowNS: UInt64) {
    begin(pid, parent: parent, nowNS: nowNS)
    var copies = copies
    if budget.hasSome { budget.spend { copies.begin(pid, parent: parent) } }
    self.copies = copies
  }

  /// Notes that a process executed another program.
  mutating func replace(_ pid: Int32, nowNS: UInt64) {
    waits.noteExec(of: pid)
    copies.replace(pid)
    gils.replace(pid, nowNS: nowNS)
    origins.remove(pid)
    if unread.count < Self.mostUnread { unread.insert(pid) }
  }

  private static let mostUnread = 1_000

  /// Forgets what was counted before the first process executed the program.
  mutating func forgetLauncher() {
    sampleCount = 0
    roundCount = 0
    launcherHasEnded = true
  }

  /// Whether a launcher has ended since this was reset.
  var launcherHasEnded = false

  /// Reads where threads began, and which processes are helpers of Python's runtime.
  mutating func readOrigins(of tally: ProgramTally, nowNS: UInt64) {
    for track in tally.live.values where budget.hasSome && origins.isDue(track, nowNS: nowNS) {
      var (reader, own) = (origins, budget)
      own.spend { reader.read(track, nowNS: nowNS) }
      (origins, budget) = (reader, own)
    }
    for pid in unread where budget.hasSome {
      unread.remove(pid)
      guard tally.live[pid] != nil, let bytes = try? ProcFile.bytes("/proc/\(pid)/cmdline") else {
        continue
      }
      let arguments = String(decoding: bytes, as: UTF8.self)
      if ["multiprocessing.resource_tracker", "multiprocessing.forkserver"]
        .contains(where: { arguments.contains("from \($0) import") })
      {
        helpers.insert(pid)
      }
    }
  }

  /// Notes that a process has ended.
  mutating func end(_ pid: Int32) {
    waits.remove(process: pid)
    masks.end(pid)
    gils.end(pid)
    memory.end(pid)
    origins.remove(pid)
    unread.remove(pid)
    data.end(pid)
    refusals[pid] = nil
  }

  /// Reads the memory of the processes that are due, and of their threads' stacks.
  mutating func readMemory(into tally: ProgramTally, nowNS: UInt64) {
    var read: [Int32] = []
    memory.readDue(nowNS: nowNS, budget: &budget) { pid, memory in
      let ofWorker = WorkerMemory(
        pssKiB: memory.pssKiB, ussKiB: memory.ussKiB, rssKiB: memory.rssKiB)
      tally.note(ofWorker, of: pid)
      copies.note(pid, memory)
      sink?.memory(ofWorker, of: pid, atNS: nowNS)
      read.append(pid)
    }
    guard !read.isEmpty else { return }
    stackBudget.fill(nowNS: nowNS)
    for pid in read where stackBudget.hasSome {
      StackSampler.read(of: pid, tally, nowNS: nowNS, budget: &stackBudget)
    }
  }

  /// Reads what workers read and wrote, as far as that is due.
  mutating func readData(into tally: ProgramTally, nowNS: UInt64, isLast: Bool) {
    data.read(into: tally, &waits.descriptors, nowNS: nowNS, isLast: isLast)
  }

  /// Whether there was no time for a look at workers that waited, in the last round.
  private var hasWaitsLeft = false
  /// The rounds of which that holds, since waits came first.
  private var roundsWithWaitsLeft = 0
  /// After so many of them waits come first once: looks at a lock that are too few say little of who holds it.
  private static let mostRoundsWithWaitsLeft = 4

  /// Notes that there was no time for a look at workers that wait.
  mutating func noteWaitsLeft() { hasWaitsLeft = true }

  /// Samples the interpreters' locks.
  ///
  /// To be called first in a round: whatever the observer does before, it does on a CPU that the program
  /// can't use meanwhile.
  mutating func sampleGILs() {
    let now = MonotonicClock.now()
    budget.fill(nowNS: now)
    // Where the budget isn't enough for both, waits come first now and then.
    roundsWithWaitsLeft += hasWaitsLeft ? 1 : 0
    hasWaitsLeft = false
    if roundsWithWaitsLeft >= Self.mostRoundsWithWaitsLeft {
      roundsWithWaitsLeft = 0
      return
    }
    gils.sample(nowNS: now, budget: &budget)
  }

  /// Notes that a sampled worker has continued or ended.
  mutating func ran(_ tid: Int32) { waits.noteRunning(tid) }

  /// Samples what a worker waits for, and charges the cost to the budget.
  ///
  /// - Returns: as `sample`.
  mutating func sampleWithinBudget(at tid: Int32, of pid: Int32) -> WaitSample? {
    var budget = budget
    let result: WaitSample? = budget.spend { self.sample(at: tid, of: pid) }
    self.budget = budget
    return result
  }

  /// Looks closely at workers, and charges the cost to the budget.
  ///
  /// - Parameter look: looks.
  mutating func inspect(_ look: (inout StillWaitReader) -> Void) {
    let gils = gils
    var reader = StillWaitReader(waits) { gils.isGIL($0, in: $1) }
    // Until the reader gives it back, so that nothing is copied.
    waits = WaitReader()
    budget.spend { look(&reader) }
    waits = reader.waits
  }

  /// Finds where in its Python program a worker is that waits.
  mutating func stack(of tid: Int32, in pid: Int32, nowNS: UInt64) -> PythonStack {
    gils.stack(ofWaiting: tid, in: pid, nowNS: nowNS)
  }

  /// Counts a round in which every worker's state was read.
  mutating func countRound() { roundCount += 1 }

  /// Samples what a worker waits for.
  ///
  /// - Returns: nil when it runs, is gone, or can't be inspected.
  mutating func sample(at tid: Int32, of pid: Int32) -> WaitSample? {
    sampleCount += 1
    let before = MonotonicClock.now()
    let reading: WaitReading
    do {
      // Only for as long, so that nothing is copied when the sampler changes.
      let gils = gils
      reading = waits.read(tid, of: pid) { gils.isGIL($0, in: pid) }
    }
    switch reading {
    case .waiting(var wait):
      refusals[pid] = nil
      var stack: PythonStack?
      if wait.mayBeForPython {
        let found = gils.stack(ofWaiting: tid, in: pid, nowNS: before)
        if let known = found.wait { waits.settle(&wait, as: known, of: tid, in: pid) }
        stack = found
      }
      let loop = waits.loopWait(wait, of: tid, in: pid)
      if loop == .nested { wait.state = .child }
      var sample = WaitSample(
        beforeNS: before, afterNS: MonotonicClock.now(), state: wait.state,
        isTentative: wait.isTentative)
      sample.lock = wait.lock
      sample.waiters = wait.waiters
      if case .futex(let futex) = wait.detail { sample.waiters = futex.waiters }
      sample.loop = loop
      if wait.state == .io { sample.outside = wait.detail.outside }
      if wait.state == .gil || wait.state == .lock || sample.loop == .blocks {
        sample.place = (stack ?? gils.stack(ofWaiting: tid, in: pid, nowNS: before)).telling
      }
      return sample
    case .refused(let errno):
      refusals[pid, default: 0] += 1
      if refused == nil, refusals[pid] == Self.refusalsThatCount { refused = errno }
      return nil
    case .running, .gone: return nil
    }
  }
}
