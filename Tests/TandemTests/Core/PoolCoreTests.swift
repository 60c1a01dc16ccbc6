import Synchronization
import Tandem
import TandemSystem
import Testing

/// The core against what must hold whatever happens, and in whatever order.
@Suite("What a pool decides", .timeLimit(.minutes(10)))
struct PoolCoreTests {
  #if DEBUG
    private static let randomEvents = 300_000
    private static let depth = 4
  #else
    private static let randomEvents = 5_000_000
    private static let depth = 6
  #endif

  // MARK: Invariants

  /// What is wrong with a pool that has come to its end, or is on its way there.
  private static func faults(_ model: PoolModel, isOver: Bool) -> [String] {
    var faults: [String] = []
    var outputs = 0
    for (number, call) in model.calls.enumerated() {
      let state = call.state.withLock { $0 }
      if !state.endedTwice.isEmpty { faults.append("\(number): ended twice: \(state.endedTwice)") }
      outputs += state.ends.count { $0 == .output }
      if isOver, let item = state.ends.firstIndex(of: nil) {
        faults.append("call \(number): item \(item) never ended")
      }
    }
    if outputs != model.core.counts.completed {
      faults.append("\(model.core.counts.completed) counted, \(outputs) have an output")
    }
    return faults
  }

  private static func sums(_ counts: ItemCounts) -> [Int] {
    [counts.completed, counts.failed, counts.timedOut, counts.cancelled, counts.retried]
  }

  private static let reasons: [RetryPolicy.Reasons] = [.all, .thrown, .workerDeath, .timeout]

  private static func model(_ dice: inout SplitMix64) -> PoolModel {
    let calls = (0..<Int.random(in: 1...3, using: &dice)).map { _ in
      ModelCall(
        items: Int.random(in: 1...12, using: &dice),
        retries: RetryPolicy(
          limit: Int.random(in: 0...2, using: &dice),
          after: Self.reasons.randomElement(using: &dice) ?? .all),
        priority: CallPriority(rawValue: Int.random(in: 0...2, using: &dice)))
    }
    return PoolModel(
      workers: Int.random(in: 1...3, using: &dice), calls: calls,
      size: Int.random(in: 1...4, using: &dice), ahead: Int.random(in: 1...3, using: &dice))
  }

  @Test("Whatever happens: every item ends once, counters only grow, nobody waits for ever")
  func randomEvents() {
    var dice = SplitMix64(seed: 13)
    var events = 0
    var ends: [ModelEvent: Int] = [:]
    while events < Self.randomEvents {
      var model = Self.model(&dice)
      let history = Int.random(in: 0...40, using: &dice)
      var happened: [ModelEvent] = []
      var counts = Self.sums(model.core.counts)
      for _ in 0..<history {
        // Ends of the pool are rarer than what happens in its life.
        let all = ModelEvent.allCases
        let event = all[Int.random(in: 0..<(dice.next() % 8 == 0 ? all.count : 12), using: &dice)]
        events += 1
        guard model.happens(event, Int.random(in: 0..<6, using: &dice)) else { continue }
        happened.append(event)
        ends[event, default: 0] += 1
        let now = Self.sums(model.core.counts)
        guard zip(counts, now).allSatisfy({ $0 <= $1 }) else {
          Issue.record("a counter went back: \(counts), \(now) after \(happened)")
          return
        }
        counts = now
      }
      guard model.runOut() else {
        Issue.record("it stands still after \(happened)")
        return
      }
      let faults = Self.faults(model, isOver: true)
      guard faults.isEmpty else {
        Issue.record("\(faults) after \(happened)")
        return
      }
    }
    // Each kind of event did happen, and not only was tried.
    for event in ModelEvent.allCases { #expect(ends[event, default: 0] > 100, "\(event)") }
  }

  @Test("All orders of events of a small pool", arguments: [(1, 1, 2), (2, 2, 1), (1, 3, 1)])
  func allSequences(workers: Int, size: Int, ahead: Int) {
    let call = ModelCall(items: 3, retries: RetryPolicy(limit: 1, after: .all))
    let model = PoolModel(workers: workers, calls: [call], size: size, ahead: ahead)
    var sequences = 0
    var fault: String?
    func go(_ model: PoolModel, _ depth: Int, _ history: [String]) {
      guard fault == nil else { return }
      let state = call.state.withLock { $0 }
      // From here on all goes well.
      var end = model
      if !end.runOut() { fault = "it stands still after \(history)" }
      let faults = Self.faults(end, isOver: true)
      if !faults.isEmpty { fault = "\(faults) after \(history)" }
      call.state.withLock { $0 = state }
      sequences += 1
      guard depth > 0 else { return }
      for event in ModelEvent.allCases {
        for which in 0..<workers {
          var next = model
          if next.happens(event, which) { go(next, depth - 1, history + ["\(event) \(which)"]) }
          call.state.withLock { $0 = state }
        }
      }
    }
    go(model, Self.depth, [])
    #expect(fault == nil)
    #expect(sequences > 1_000)
  }

  // MARK: A poison item costs itself

  @Test("Of items that end their worker each costs itself, in frames of any size")
  func poison() throws {
    var dice = SplitMix64(seed: 7)
    for round in 0..<300 {
      let limit = Int.random(in: 0...2, using: &dice)
      let call = ModelCall(items: 40, retries: RetryPolicy(limit: limit, after: .workerDeath))
      var model = PoolModel(
        workers: 2, calls: [call], size: 1 + round % 7, ahead: 1 + round % 3)
      let bad = Set((0..<40).filter { _ in dice.next() % 4 != 0 })
      model.poison = { _, item in bad.contains(item) }
      let isOver = model.runOut()
      try #require(isOver)
      let state = call.state.withLock { $0 }
      for item in 0..<40 {
        let expected: ModelEnd = bad.contains(item) ? .failed(.workerDeath) : .output
        #expect(state.ends[item] == expected, "\(item)")
      }
      #expect(model.core.counts.failed == bad.count)
      #expect(model.core.counts.completed == 40 - bad.count)
      #expect(model.core.counts.retried == bad.count * limit)
      #expect(state.endedTwice.isEmpty)
    }
  }

  // MARK: The reference

  @Test("A serial pool ends items as the core does, and does them as often", arguments: 0..<8)
  func reference(seed: Int) async throws {
    var dice = SplitMix64(seed: UInt64(seed))
    let limit = seed % 3
    // How often each item throws before it has an output.
    let throwing = (0..<30).map { _ in Int.random(in: 0...4, using: &dice) }
    let call = ModelCall(items: 30, retries: RetryPolicy(limit: limit, after: .thrown))
    var model = PoolModel(workers: 2, calls: [call], size: 1, ahead: 1)
    while call.state.withLock({ $0.ends.contains(nil) }) {
      _ = model.happens(.send, 0)
      let which = Int.random(in: 0..<2, using: &dice)
      guard let first = model.workers[which].work.first else { continue }
      _ = model.happens(.begin, which)
      let item = first.order.items.lowerBound
      let begun = call.state.withLock { $0.begun[item] }
      _ = model.happens(begun <= throwing[item] ? .throwing : .outputs, which)
    }
    let expected = call.state.withLock { $0 }
    let attempts = Attempts(count: 30)
    let pool = try SerialPool()
    let results = try await pool.mapResults(
      0..<30, .retries(limit, after: .thrown)
    ) { item -> Int in
      if attempts.begin(item) <= throwing[item] { throw Refusal(about: "\(item)") }
      return item
    }
    for (item, result) in results.enumerated() {
      #expect((result.error == nil) == (expected.ends[item] == .output), "\(item)")
      #expect(attempts.count(item) == expected.begun[item], "\(item)")
    }
    let statistics = pool.statistics
    #expect(statistics.completed == model.core.counts.completed)
    #expect(statistics.failed == model.core.counts.failed)
    #expect(statistics.retried == model.core.counts.retried)
    await pool.shutdown()
  }
}
