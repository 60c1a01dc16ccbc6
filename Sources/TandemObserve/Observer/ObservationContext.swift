import TandemModel
import TandemSystem

/// What both ways of following workers look at besides switches: what workers wait for, their
/// interpreters' locks, their memory.
struct ObservationContext {
  var waits: WaitReader
  var gils = GILSampler()
  var memory = MemorySampler()
  var budget: SamplingBudget
  /// Apart from that of looks: the stacks of a thousand threads would leave nothing for those.
  private var stackBudget: SamplingBudget
  /// Whether the program's first process has executed another program since this was last false.
  var mainIsReplaced = false
  /// Looks that were tried.
  private(set) var sampleCount = 0
  /// Workers that may not be looked into, and why.
  private(set) var refused: Errno?
  /// Looks that each process has refused since it last let one in.
  private var refusals: [Int32: Int] = [:]
  /// In the middle of execve(2) a process belongs to nobody for a moment, and refuses a look.
  private static let refusalsThatCount = 2

  /// Begins.
  ///
  /// - Parameters:
  ///   - mainPID: the program's first process.
  ///   - reportsRunning: whether `ran` is called for each worker that goes on after a look at it.
  ///   - nowNS: the time.
  init(mainPID: Int32, reportsRunning: Bool, nowNS: UInt64) {
    waits = WaitReader(reportsRunning: reportsRunning)
    budget = SamplingBudget(nowNS: nowNS)
    stackBudget = SamplingBudget(nowNS: nowNS, share: SamplingBudget.share / 5)
    begin(mainPID, parent: nil, nowNS: nowNS)
  }

  /// A process has begun, or was found.
  mutating func begin(_ pid: Int32, parent: Int32?, nowNS: UInt64) {
    waits.add(process: pid)
    memory.begin(pid, nowNS: nowNS)
    if let parent { gils.fork(pid, of: parent, nowNS: nowNS) } else { gils.add(pid, nowNS: nowNS) }
  }

  /// A process runs another program now.
  mutating func replace(_ pid: Int32, nowNS: UInt64) {
    waits.noteExec(of: pid)
    gils.replace(pid, nowNS: nowNS)
  }

  /// A process has ended.
  mutating func end(_ pid: Int32) {
    waits.remove(process: pid)
    gils.end(pid)
    memory.end(pid)
    refusals[pid] = nil
  }

  /// Reads the memory of processes, and of their threads' stacks, as far as it is due.
  mutating func readMemory(into tally: ProgramTally, nowNS: UInt64) {
    var read: [Int32] = []
    memory.readDue(nowNS: nowNS, budget: &budget) { pid, memory in
      tally.note(memory, of: pid)
      read.append(pid)
    }
    guard !read.isEmpty else { return }
    stackBudget.fill(nowNS: nowNS)
    for pid in read where stackBudget.hasSome {
      StackSampler.read(of: pid, tally, nowNS: nowNS, budget: &stackBudget)
    }
  }

  /// A worker that was looked at has gone on, or has ended.
  mutating func ran(_ tid: Int32) { waits.noteRunning(tid) }

  /// Looks at what a worker waits for, and takes what that costs from the budget.
  ///
  /// - Returns: as `look`.
  mutating func sampleWithinBudget(at tid: Int32, of pid: Int32) -> WaitSample? {
    var budget = budget
    let result: WaitSample? = budget.spend { self.sample(at: tid, of: pid) }
    self.budget = budget
    return result
  }

  /// Looks at what a worker waits for.
  ///
  /// - Returns: nil when it runs, is gone, or may not be looked into.
  mutating func sample(at tid: Int32, of pid: Int32) -> WaitSample? {
    sampleCount += 1
    let before = MonotonicClock.now()
    let gils = gils
    let reading = waits.read(tid, of: pid) { gils.isGIL($0, in: pid) }
    switch reading {
    case .waiting(let wait):
      refusals[pid] = nil
      var sample = WaitSample(
        beforeNS: before, afterNS: MonotonicClock.now(), state: wait.state,
        isTentative: wait.isTentative)
      if case .futex(let futex) = wait.detail {
        sample.futex = futex.address
        sample.waiters = futex.waiters
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
