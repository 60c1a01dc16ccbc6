import TandemModel
import TandemSystem

/// Notices when a program stands still, and when some of its workers can never go on.
///
/// A worker that has been off the CPU for a second is looked at once (`StillWaitReader`). The program stands
/// still when this holds for all workers, and each waits for another one. What a sampled wait shows is used
/// only if the worker still sleeps in the next step, a tenth of a second later.
struct StandstillWatch {
  /// How long nobody must have gone on.
  static let leastNS: UInt64 = 1_000_000_000
  /// After this long without any time limit, nothing new is to be expected of a program that hangs.
  static let enoughNS: UInt64 = 1_500_000_000
  private static let stepNS: UInt64 = 100_000_000
  /// The most workers of a program that is watched.
  private static let mostWorkers = 1_000
  /// The most looks of one step, and at workers that run now and then.
  private static let mostLooks = 64
  /// The CPU time after which a step looks at no further worker, in nanoseconds.
  private static let mostLookNS: UInt64 = 2_000_000
  /// The most places of waits with a time limit that are kept.
  private static let mostLimited = 10_000
  /// The most standstills that are kept.
  private static let mostKept = 8

  /// A look, and the wait that it belongs to.
  ///
  /// Another process may open or close the other end of a pipe meanwhile, so long waits are looked at again,
  /// each time after twice the time.
  private struct Looked {
    var sinceNS: UInt64
    var look: StillWaitReader.Look
    var againNS: UInt64

    init(at worker: StillWorker, _ look: StillWaitReader.Look, nowNS: UInt64) {
      self.look = look
      sinceNS = worker.sinceNS ?? nowNS
      againNS = nowNS + (nowNS &- min(sinceNS, nowNS))
    }
  }

  private var nextNS: UInt64 = 0
  private var looks: [Int32: Looked] = [:]
  /// The process of each worker.
  private var known: [Int32: Int32] = [:]
  /// When a worker ended last.
  private var lastEndNS: UInt64 = 0
  /// When a worker of each process ended last, of those in which one did lately.
  private var lateEndsNS: [Int32: UInt64] = [:]
  private var whole: Standstill?
  private var stuck: Standstill?
  private var past: [Standstill] = []
  private var pauses: Set<Standstill.PauseSite> = []
  /// Where workers were seen in a wait with a time limit for nobody in particular, and since when they waited.
  private var limited: [Standstill.PauseSite: UInt64] = [:]
  /// Workers that wait for a GIL beside those that have been off the CPU; nil when there are none.
  private var gilWaiters: GILWaiters?

  /// Whether the program has stood still for so long that there is nothing more to see.
  var isStillForGood: Bool {
    guard let whole, whole.lengthNS >= Self.enoughNS else { return false }
    return !whole.waits.contains(where: \.hasLimit)
  }

  /// The standstill that lasts, the whole program's rather than a part's; nil while nobody stands still.
  var present: Standstill? {
    [whole, stuck].compactMap { $0 }.first { $0.lengthNS >= Self.leastNS }
  }

  /// All standstills, the longest ones when there were very many, in order of their beginning.
  var all: [Standstill] {
    (past + [whole, stuck].compactMap { $0 }).filter { $0.lengthNS >= Self.leastNS }
      .sorted { $0.beganNS < $1.beganNS }
  }

  /// Whether it is time for the next step.
  ///
  /// - Parameter nowNS: the time.
  /// - Returns: whether it is.
  func isDue(nowNS: UInt64) -> Bool { nowNS >= nextNS }

  /// Takes the next step.
  ///
  /// - Parameters:
  ///   - workers: every worker of the program.
  ///   - context: samples what workers wait for.
  ///   - nowNS: the time up to which the workers are known.
  mutating func step(
    _ workers: [StillWorker], _ context: inout ObservationContext, nowNS: UInt64
  ) {
    nextNS = nowNS + Self.stepNS
    guard workers.count <= Self.mostWorkers else { return giveUp() }
    let tids = Set(workers.map(\.tid))
    for (tid, pid) in known where !tids.contains(tid) {
      (lastEndNS, lateEndsNS[pid]) = (nowNS, nowNS)
    }
    lateEndsNS = lateEndsNS.filter { $0.value + Self.leastNS > nowNS }
    known = Dictionary(workers.map { ($0.tid, $0.pid) }) { first, _ in first }
    follow(workers, nowNS: nowNS)

    let rested = workers.filter { worker in
      worker.sinceNS.map { $0 + Self.leastNS <= nowNS } ?? false
    }
    looks = looks.filter { tids.contains($0.key) }
    let nodes = nodes(workers, nowNS: nowNS)
    look(at: rested, &context, nowNS: nowNS)
    guard !rested.isEmpty else { return }
    if whole == nil { judge(nodes, &context, nowNS: nowNS) }
    if whole == nil { judgeStuck(nodes, &context, nowNS: nowNS) }
  }

  /// Ends the watch.
  ///
  /// - Parameters:
  ///   - workers: every worker of the program.
  ///   - nowNS: the time.
  mutating func finish(_ workers: [StillWorker], nowNS: UInt64) {
    follow(workers, nowNS: nowNS)
  }

  private mutating func giveUp() {
    (looks, known) = ([:], [:])
    keep(whole.take())
    keep(stuck.take())
  }

  // MARK: Standstills that have begun

  private mutating func follow(_ workers: [StillWorker], nowNS: UInt64) {
    let now = Dictionary(workers.map { ($0.tid, $0) }) { first, _ in first }
    let haveRun = gilWaiters?.haveRun(nowNS: nowNS) ?? false
    func continues(_ standstill: inout Standstill) -> Bool {
      var endNS: UInt64?
      for (tid, since) in standstill.members where now[tid]?.sinceNS != since {
        endNS = min(endNS ?? nowNS, now[tid]?.sinceNS ?? nowNS)
      }
      if standstill.isWholeProgram,
        haveRun
          || !workers.allSatisfy({ worker in
            standstill.members[worker.tid] != nil || standstill.bystanders.contains(worker.tid)
          })
      {
        endNS = endNS ?? nowNS
      }
      standstill.untilNS = max(standstill.beganNS, endNS ?? nowNS)
      standstill.isOver = endNS != nil
      return endNS == nil
    }
    if var current = whole.take() {
      if continues(&current) { whole = current } else { keep(current) }
    }
    if var current = stuck.take() {
      if continues(&current) { stuck = current } else { keep(current) }
    }
  }

  /// Keeps a standstill that is over.
  private mutating func keep(_ standstill: Standstill?) {
    guard let ended = standstill else { return }
    guard ended.lengthNS >= Self.leastNS else { return }
    // A worker that waits at the same place again chose the time: it is a pause between two rounds.
    if !ended.pauses.isDisjoint(with: pauses) {
      past.removeAll { !$0.pauses.isDisjoint(with: ended.pauses) }
      return
    }
    pauses.formUnion(ended.pauses)
    past.append(ended)
    if past.count > Self.mostKept,
      let shortest = past.indices.min(by: { past[$0].lengthNS < past[$1].lengthNS })
    {
      past.remove(at: shortest)
    }
  }

  // MARK: Looks

  /// Looks at workers whose present wait wasn't looked at yet, or long ago.
  private mutating func look(
    at workers: [StillWorker], _ context: inout ObservationContext, nowNS: UInt64
  ) {
    let due = workers.filter { worker in
      guard let looked = looks[worker.tid] else { return true }
      return looked.sinceNS != worker.sinceNS || nowNS >= looked.againNS
    }
    guard !due.isEmpty else { return }
    var made: [(Int32, Looked)] = []
    context.inspect { reader in
      let began = ThreadCPUClock.now()
      for worker in due.prefix(Self.mostLooks) {
        // A look may have to search other processes, so the rest waits for the next step.
        guard made.isEmpty || ThreadCPUClock.now() &- began < Self.mostLookNS else { break }
        let look = reader.look(at: worker, nowNS: nowNS)
        made.append((worker.tid, Looked(at: worker, look, nowNS: nowNS)))
      }
    }
    for (tid, looked) in made {
      looks[tid] = looked
      noteLimit(looked, of: tid)
    }
  }

  /// Notes a wait with a time limit: the second one at the same place makes it a pause between two rounds, also
  /// where neither was seen for so long that it was judged.
  private mutating func noteLimit(_ looked: Looked, of tid: Int32) {
    guard case .waits(let wait) = looked.look, wait.hasLimit, !wait.isIdentified else { return }
    let place = Standstill.PauseSite(tid: tid, site: wait.site)
    if let since = limited[place], since != looked.sinceNS {
      pauses.insert(place)
      noteAgain([place])
    } else if limited.count < Self.mostLimited {
      limited[place] = looked.sinceNS
    }
  }

  /// The graph's nodes, by looks of earlier steps at waits that still last.
  private func nodes(_ workers: [StillWorker], nowNS: UInt64) -> [StandstillGraph.Node] {
    workers.compactMap { worker in
      guard let looked = looks[worker.tid], looked.sinceNS == worker.sinceNS else {
        return StandstillGraph.Node(worker, nil)
      }
      switch looked.look {
      case .gone: return nil
      case .goesOn: return StandstillGraph.Node(worker, nil)
      case .waits(let wait): return StandstillGraph.Node(worker, wait)
      }
    }
  }

  // MARK: Judging

  private mutating func judge(
    _ nodes: [StandstillGraph.Node], _ context: inout ObservationContext, nowNS: UInt64
  ) {
    let javas = RuntimeHelpers.javas(in: nodes)
    let relevant = nodes.filter { !RuntimeHelpers.contains($0.worker, javas: javas) }
    // What has run lately may be waiting for the GIL, which a thread asks for again and again.
    let lately = relevant.filter { $0.wait == nil }
    guard !relevant.isEmpty, lately.count <= Self.mostLooks, lately.count < relevant.count else {
      return
    }
    var complete = nodes
    if lately.isEmpty { gilWaiters = nil }
    if !lately.isEmpty {
      // Looks follow one another, and the GIL may be handed on between two of them.
      let waited = gilWaiters
      gilWaiters = nil
      guard relevant.allSatisfy({ $0.wait == nil || $0.wait?.nature == .inside }) else { return }
      var found: [Int32: StillWait] = [:]
      context.inspect { reader in
        for node in lately {
          guard case .waits(let wait) = reader.look(at: node.worker, nowNS: nowNS),
            wait.target == .gil
          else { return }
          found[node.worker.tid] = wait
        }
      }
      guard found.count == lately.count,
        let asking = GILWaiters(lately.map(\.worker), after: waited, nowNS: nowNS)
      else { return }
      gilWaiters = asking
      guard asking.sinceNS + Self.leastNS <= nowNS else { return }
      complete = nodes.map { StandstillGraph.Node($0.worker, $0.wait ?? found[$0.worker.tid]) }
    }
    let mattering = Set(relevant.map(\.worker.tid))
    let members = complete.filter { mattering.contains($0.worker.tid) }
    guard let pauses = StandstillRules.pausesIfStill(members, inJava: javas) else { return }
    guard pauses.isDisjoint(with: self.pauses) else { return noteAgain(pauses) }
    let fixed = relevant.filter { $0.wait != nil }
    let began = max(lastEndNS, fixed.compactMap(\.worker.sinceNS).max() ?? nowNS)
    guard began + Self.leastNS <= nowNS, Self.areAll(nodes) else { return }
    let graph = StandstillGraph(complete)
    let isForEver = mattering.isSubset(of: graph.stuckForEver)
    var found = standstill(
      members, graph, &context, since: began, nowNS: nowNS, isWholeProgram: true,
      isForEver: isForEver)
    found.members = Self.times(of: fixed)
    found.bystanders = Set(nodes.map(\.worker.tid)).subtracting(found.members.keys)
    found.pauses = pauses
    whole = found
    // What was known of a part is now known of the whole.
    if isForEver { stuck = nil }
  }

  /// Workers pause where they paused before, so the first time wasn't a standstill either.
  private mutating func noteAgain(_ pauses: Set<Standstill.PauseSite>) {
    past.removeAll { !$0.pauses.isDisjoint(with: pauses) }
  }

  /// Some workers may be stuck for ever while others go on.
  private mutating func judgeStuck(
    _ nodes: [StandstillGraph.Node], _ context: inout ObservationContext, nowNS: UInt64
  ) {
    let graph = StandstillGraph(nodes)
    let forEver = graph.stuckForEver
    let members = nodes.filter { forEver.contains($0.worker.tid) }
    guard let began = members.compactMap(\.worker.sinceNS).max(),
      stuck.map({ Set($0.members.keys) != forEver }) ?? true,
      members.allSatisfy({ !isEnding($0.worker.pid) }), Self.areAll(nodes)
    else { return }
    stuck = standstill(
      members, graph, &context, since: min(stuck?.beganNS ?? began, began), nowNS: nowNS,
      isWholeProgram: false, isForEver: true)
  }

  /// Whether a process may be ending: one of its threads is gone, and the others may not be yet.
  private func isEnding(_ pid: Int32) -> Bool {
    if lateEndsNS[pid] != nil { return true }
    return looks.contains { tid, looked in
      if case .gone = looked.look { known[tid] == pid } else { false }
    }
  }

  /// Whether these are all threads and children of their processes: a record of a start may have been lost.
  private static func areAll(_ nodes: [StandstillGraph.Node]) -> Bool {
    let tids = Set(nodes.map(\.worker.tid))
    return Set(nodes.map(\.worker.pid)).allSatisfy { pid in
      let threads = (try? ProcTasks.threads(of: pid)) ?? []
      let children = (try? ProcTasks.children(of: pid)) ?? []
      let unknown = (threads.map { ($0, pid) } + children.map { ($0, $0) }).filter {
        !tids.contains($0.0)
      }
      // One that has ended isn't followed any more.
      return unknown.allSatisfy { tid, pid in
        (try? ThreadStat.read(tid, of: pid))?.hasEnded ?? true
      }
    }
  }

  private func standstill(
    _ members: [StandstillGraph.Node], _ graph: StandstillGraph,
    _ context: inout ObservationContext, since beganNS: UInt64, nowNS: UInt64, isWholeProgram: Bool,
    isForEver: Bool
  ) -> Standstill {
    let ring = graph.ring(within: Set(members.map(\.worker.tid)))
    return Standstill(
      members: Self.times(of: members), beganNS: beganNS, untilNS: nowNS,
      isWholeProgram: isWholeProgram,
      reason: isForEver ? StandstillRules.reason(members, graph, ring: ring) : nil,
      waits: StandstillRules.waits(
        members, graph, ring: ring,
        at: StandstillPlaces(of: members) {
          context.stack(of: $0.tid, in: $0.pid, nowNS: nowNS)
        }), ring: ring)
  }

  private static func times(of nodes: [StandstillGraph.Node]) -> [Int32: UInt64] {
    Dictionary(nodes.map { ($0.worker.tid, $0.worker.sinceNS ?? 0) }) { first, _ in first }
  }
}
