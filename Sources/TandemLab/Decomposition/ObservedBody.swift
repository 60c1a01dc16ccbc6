import TandemModel
import TandemObserve

/// What one worker was seen doing inside its body.
///
/// Three things are known better from inside than from outside, and are taken from there:
/// how long the worker was ready for a CPU (records show it waiting from being woken to running; the
/// kernel's count, which the worker read, has it), what it waited for where that can't be named from
/// outside (built-in work waits for a pipe of its own in the place of a device; the model of a global
/// lock is an ordinary lock), and which part of a pool's worker's time was tasks.
struct ObservedBody: Sendable, Equatable {
  /// What it did, in order of time, over the whole body.
  var segments: [TraceSegment] = []
  /// Nanoseconds that count under each state; they add up to the body.
  var counted = StateTable()
  /// Nanoseconds in each state as they were seen, nothing unresolved.
  var seen = StateTable()
  /// How often it gave its CPU away inside the body, and how often that was taken, if switches are
  /// known one by one.
  var switches: ContextSwitches?
  /// Whether waits for a global lock could be told from outside.
  var gilIsSeen = false

  /// At most so many segments are made of one body; neighbours shorter than that are put together.
  static let mostSegments = 2_000

  /// Makes it out of what was seen; nil when that isn't enough to go by.
  ///
  /// - Parameters:
  ///   - worker: what the worker reports.
  ///   - observed: what was seen of its thread.
  ///   - run: what was seen of the whole run.
  ///   - mostSegments: how many segments are made at most.
  init?(
    of worker: WorkerRecord, seenAs observed: ObservedRun.Worker, in run: ObservedRun,
    mostSegments: Int = ObservedBody.mostSegments
  ) {
    let (entered, left) = (worker.bodyEnteredNS, worker.bodyLeftNS)
    guard left > entered else { return nil }
    let inside = Self.cut(observed.segments, entered, left)
    let covered = inside.reduce(0) { $0 + Double($1.toNS - $1.fromNS) }
    // Sampling misses the last moments of whoever ends; records miss nothing, unless they are lost.
    guard covered >= 0.5 * Double(left - entered) else { return nil }
    var voluntary = 0.0
    var involuntary = 0.0
    for segment in inside {
      seen.add(
        segment.doing.states(observed.mix, like: observed.likeMix),
        times: Double(segment.toNS - segment.fromNS))
      guard segment.fromNS > entered else { continue }
      switch segment.doing {
      case .state(.onCPU): break
      case .state(.runnable): involuntary += 1
      // Where every switch is known, shares are those of one wait.
      case .state, .unseen, .shares: voluntary += 1
      }
    }
    if run.switches == .exact {
      switches = ContextSwitches(voluntary: voluntary, involuntary: involuntary)
    }
    gilIsSeen = run.processesWithGIL.contains(observed.pid)
    let countedStates = CountedStates(
      seen: seen, worker: worker, observed: observed, gilIsSeen: gilIsSeen)
    let least = (left - entered) / UInt64(max(1, mostSegments))
    var gathered = StateTable()
    var from = entered
    func flush(_ to: UInt64) {
      guard to > from else { return }
      segments.append(
        TraceSegment(
          fromNS: from, toNS: to, shares: gathered.scaled(by: 1 / Double(to - from))))
      counted.add(gathered)
      gathered = StateTable()
      from = to
    }
    func add(_ doing: ObservedSegment.Doing, _ begin: UInt64, _ end: UInt64) {
      guard end > begin else { return }
      let shares = countedStates[doing]
      if end - begin > least {
        flush(begin)
        segments.append(TraceSegment(fromNS: begin, toNS: end, shares: shares))
        counted.add(shares, times: Double(end - begin))
        from = end
      } else {
        gathered.add(shares, times: Double(end - begin))
        if end - from > least { flush(end) }
      }
    }
    var now = entered
    for segment in inside {
      // Where nothing was seen it is as where nobody looked.
      add(.unseen(.long), now, segment.fromNS)
      add(segment.doing, segment.fromNS, segment.toNS)
      now = segment.toNS
    }
    add(.unseen(.long), now, left)
    flush(left)
  }

  /// The stretches between two times, the outer ones cut off there.
  ///
  /// - Complexity: O(log n + m) for m of n stretches.
  private static func cut(
    _ segments: [ObservedSegment], _ entered: UInt64, _ left: UInt64
  ) -> [ObservedSegment] {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].toNS <= entered { low = middle + 1 } else { high = middle }
    }
    return segments[low...].prefix { $0.fromNS < left }.map { segment in
      ObservedSegment(
        fromNS: max(segment.fromNS, entered), toNS: min(segment.toNS, left), doing: segment.doing)
    }
  }
}

/// Which states the time that was seen in each state counts under: shares that add up to 1.
struct CountedStates {
  /// For each observed state, at its position.
  private var counted: [StateTable]
  /// Those of waits that nobody looked into, by their length.
  private var unseen: [StateTable] = []
  private let observed: ObservedRun.Worker

  /// Works them out for one body.
  ///
  /// - Parameters:
  ///   - seen: nanoseconds of each state inside the body.
  ///   - worker: what the worker reports.
  ///   - observed: what was seen of its thread.
  ///   - gilIsSeen: whether waits for a global lock could be told from outside.
  init(
    seen: StateTable, worker: WorkerRecord, observed: ObservedRun.Worker, gilIsSeen: Bool
  ) {
    self.observed = observed
    counted = WorkerState.observed.map { StateTable([$0: 1]) }
    let blocked = seen.blocked
    let ready = worker.runnableNS.map { Double($0) - seen[.runnable] } ?? Double(observed.wokenNS)
    let woken = blocked > 0 ? min(1, max(0, ready / blocked)) : 0

    // What can't be named from outside takes the worker's own word for it, as far as that goes.
    let named = worker.blocked
    var wanted = StateTable()
    func want(_ state: WorkerState) {
      guard let nanoseconds = named[state] else { return }
      wanted[state] = max(0, Double(nanoseconds) - (1 - woken) * seen[state])
    }
    for state in BlockedTimes.states where state != .gil { want(state) }
    var nameless: [WorkerState] = [.waitingForWork, .tooShort, .other]
    if named.gilNS != nil, !gilIsSeen {
      want(.gil)
      nameless.append(.lock)
    }
    var idle = 0.0
    if let tasks = worker.tasks {
      let known = Double(worker.onCPUNS) + Double(worker.runnableNS ?? 0)
      let inTasks = max(0, Double(tasks.runningNS) - known)
      idle = max(0, (1 - woken) * blocked - inTasks)
      nameless.append(.lock)
      // A pool's worker that computes outside of its tasks takes in inputs and sends outputs.
      let onCPU = seen[.onCPU]
      let own = onCPU > 0 ? min(1, Double(worker.onCPUNS) / onCPU) : 1
      counted[WorkerState.onCPU.position] = StateTable([.onCPU: own, .movingData: 1 - own])
    }
    let there = nameless.reduce(0) { $0 + (1 - woken) * seen[$1] }
    if wanted.sum + idle > 0, there > 0 {
      var given = wanted.sum > 0 ? wanted.scaled(by: min(1 / there, 1 / wanted.sum)) : wanted
      // What a pool's worker waited for inside of tasks comes first: it is known better.
      given[.waitingForWork] = min(idle / there, max(0, 1 - given.sum))
      for state in nameless {
        var shares = given
        shares[state] += max(0, 1 - given.sum)
        counted[state.position] = shares.scaled(by: 1 / shares.sum)
      }
    }
    for state in WorkerState.observed where state != .onCPU && state != .runnable {
      counted[state.position] = counted[state.position].scaled(by: 1 - woken)
      counted[state.position][.runnable] += woken
    }
    unseen = WaitLength.allCases.map { mixed(.unseen($0)) }
  }

  /// The counted of a stretch.
  ///
  /// - Parameter doing: what was seen.
  subscript(doing: ObservedSegment.Doing) -> StateTable {
    switch doing {
    case .state(let state): counted[state.position]
    case .unseen(let length): unseen[length.rawValue]
    case .shares: mixed(doing)
    }
  }

  private func mixed(_ doing: ObservedSegment.Doing) -> StateTable {
    let table = doing.states(observed.mix, like: observed.likeMix)
    var result = StateTable()
    for state in WorkerState.observed where table[state] != 0 {
      result.add(counted[state.position], times: table[state])
    }
    return result
  }
}
