package import Tandem
import TandemModel
import TandemObserve
import TandemSystem

/// What Swift's models run: work that is built in, or the user's own.
package enum SwiftWork: Codable, Sendable, Hashable {
  /// Work that is built in.
  case builtIn(BuiltInWork)
  /// The user's closure or task, called with the number of each item.
  case custom(PortableWork)

  /// Finds it in this process.
  ///
  /// - Parameter encodesOutputs: whether what the user's work gives is encoded, to be moved.
  /// - Returns: the work, ready to run.
  /// - Throws: why the user's closure or task isn't found here.
  func resolved(encodesOutputs: Bool = false) throws(PoolError) -> RunnableWork {
    switch self {
    case .builtIn(let work): RunnableWork(kind: .builtIn(work))
    case .custom(let work):
      switch try work.resolved(encodesOutputs: encodesOutputs) {
      case .blocking(let body): RunnableWork(kind: .blocking(body))
      case .suspending(let body): RunnableWork(kind: .suspending(body))
      }
    }
  }
}

/// Work that is ready to run in this process.
struct RunnableWork: Sendable {
  enum Kind: Sendable {
    case builtIn(BuiltInWork)
    case blocking(@Sendable (Int) throws -> [UInt8])
    case suspending(PortableWork.Suspending)
  }

  var kind: Kind

  /// Whether an item may let go of its thread when it awaits.
  var suspends: Bool {
    switch kind {
    case .builtIn(let work): work.waits
    case .blocking: false
    case .suspending: true
    }
  }

  /// Whether all that an item blocks on beyond what it reports is the lock that it runs under.
  private var blocksOnNothingElse: Bool {
    if case .builtIn = kind { true } else { false }
  }

  /// Does items one after the other on the calling thread, and measures them.
  ///
  /// - Parameters:
  ///   - items: the items' numbers.
  ///   - lock: the lock that is held while computing; nil for none.
  /// - Returns: what was measured.
  /// - Throws: what an item throws.
  func measure(_ items: Range<Int>, lock: GlobalLock? = nil) throws -> BodyMeasure {
    try BodyMeasure.of(waitsForGlobalLock: lock != nil && blocksOnNothingElse) {
      try perform(items, lock: lock)
    }
  }

  /// Does items one after the other on the calling thread.
  ///
  /// What is async runs to its end on this thread, too. The user's own work holds the lock for an item at
  /// a time: nobody can hand it over in the middle of one.
  ///
  /// - Parameters:
  ///   - items: the items' numbers.
  ///   - lock: the lock that is held while computing; nil for none.
  /// - Returns: what is known of the time blocked.
  /// - Throws: what an item throws.
  func perform(_ items: Range<Int>, lock: GlobalLock? = nil) throws -> BlockedTimes {
    switch kind {
    case .builtIn(let work):
      return try work.perform(items: items.count, lock: lock)
    case .blocking(let body):
      return try holding(lock, items) { _ = try body($0) }
    case .suspending(let body):
      let executor = ThreadExecutor()
      defer { executor.close() }
      return try holding(lock, items) { item in
        _ = try executor.run { try await body(item) }
      }
    }
  }

  private func holding(
    _ lock: GlobalLock?, _ items: Range<Int>, _ body: (Int) throws -> Void
  ) throws -> BlockedTimes {
    guard let lock else {
      for item in items { try body(item) }
      return BlockedTimes()
    }
    var waited: UInt64 = 0
    func timed(_ step: () -> Void) {
      let began = MonotonicClock.now()
      step()
      waited += MonotonicClock.now() &- began
    }
    for item in items {
      timed(lock.acquire)
      defer { timed(lock.release) }
      try body(item)
    }
    return BlockedTimes(gilNS: waited)
  }

  /// Does items one after the other without blocking a thread while they await, and measures them.
  ///
  /// - Parameter items: the items' numbers.
  /// - Returns: what was measured; the time on a CPU is unknown, and 0, where a task of the user's own
  ///   goes from thread to thread.
  /// - Throws: what an item throws.
  func measureAwaiting(_ items: Range<Int>) async throws -> BodyMeasure {
    // A body that never suspends stays on one thread, where all can be measured.
    guard suspends else { return try measure(items) }
    let entered = MonotonicClock.now()
    var onCPU: UInt64 = 0
    var blocked = BlockedTimes()
    switch kind {
    case .builtIn(let work):
      (onCPU, blocked) = try await work.performAsync(items: items.count)
    case .suspending(let body):
      for item in items { _ = try await body(item) }
    case .blocking: break
    }
    let left = MonotonicClock.now()
    return BodyMeasure(
      enteredNS: entered, leftNS: left, onCPUNS: min(onCPU, left &- entered), runnableNS: nil,
      blocked: blocked, switches: nil)
  }

  /// Does items one after the other in a process that does nothing else, and measures them.
  ///
  /// - Parameter items: the items' numbers.
  /// - Returns: what was measured.
  /// - Throws: what an item throws.
  nonisolated(nonsending) func measureInOwnProcess(_ items: Range<Int>) async throws -> BodyMeasure
  {
    guard case .suspending(let body) = kind else { return try measure(items) }
    let before = RUsage.now(.process)
    let entered = MonotonicClock.now()
    for item in items { _ = try await body(item) }
    let left = MonotonicClock.now()
    let used = RUsage.now(.process).since(before)
    return BodyMeasure(
      enteredNS: entered, leftNS: left, onCPUNS: min(used.cpuNS, left &- entered), runnableNS: nil,
      blocked: BlockedTimes(), switches: ContextSwitches(used))
  }
}
