internal import Synchronization
internal import TandemSystem

/// The task-local values of a pool's caller, for the threads that work for it.
///
/// Swift hands them on in one way only: a task has those of the code that makes it. So one is made
/// where the call is, not yet begun. The thread that works for the call runs it, and it makes the next one,
/// for the next batch of the call or for another thread.
package final class CallerContext: Sendable {
  private let idle = Mutex<[Runner]>([])

  /// Takes over the values of the calling code; gives nil where there are none.
  init?() {
    guard TaskLocalValues.mayBeHere else { return nil }
    idle.withLock { $0 = [Runner()] }
  }

  deinit {
    // They have to end, like all tasks.
    for runner in idle.withLock({ $0 }) { runner.run {} }
  }

  /// Runs a closure on the calling thread, with the values.
  func run(_ body: () -> Void) {
    var runner = idle.withLock { $0.popLast() }
    while runner == nil {
      // For the microseconds in which another thread makes the next one.
      OSThread.yield()
      runner = idle.withLock { $0.popLast() }
    }
    runner?.run {
      let next = Runner()
      idle.withLock { $0.append(next) }
      body()
    }
  }
}

/// A task that was made and has not begun; it gets its body when it is run.
private final class Runner: TaskExecutor {
  private struct State: ~Copyable {
    var job: UnownedJob?
    var body: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  init() {
    // Held by its task, until that has ended.
    Task(executorPreference: self) {
      let body = self.state.withLock { state in
        defer { state.body = nil }
        return state.body
      }
      body?()
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.job = job }
  }

  /// Runs the task with a body.
  func run(_ body: () -> Void) {
    withoutActuallyEscaping(body) { body in
      // SAFETY: the body is called on this thread, before the task has run.
      let body = unsafe unsafeBitCast(body, to: (@Sendable () -> Void).self)
      let job = state.withLock { state in
        state.body = body
        defer { state.job = nil }
        return state.job
      }
      job?.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}

/// Whether the calling code has task-local values, which the runtime doesn't say.
///
/// Most calls have none, and must not pay for a task. A task keeps its values in a list that begins in a
/// word of the task's object. Which word that is, is found out once, by binding a value and looking; if none
/// is found, any task counts as one that has values.
private enum TaskLocalValues {
  @TaskLocal private static var probe = 0

  /// Whether there may be values.
  static var mayBeHere: Bool {
    withUnsafeCurrentTask { task in
      guard let task else { return false }
      let address = address(of: task)
      guard let offset = firstWord(of: address) else { return true }
      return word(offset, of: address) != 0
    }
  }

  /// How many words of a task's object are looked at: fewer than the smallest has with what follows it.
  private static let words = 32
  /// The word's number plus 1; 0 before the first search, and `none` after one in vain.
  private static let found = Atomic(0)
  private static let none = -1

  private static func address(of task: UnsafeCurrentTask) -> UInt {
    // SAFETY: it is one reference, only looked at while the task runs.
    unsafe unsafeBitCast(task, to: UInt.self)
  }

  private static func word(_ number: Int, of address: UInt) -> UInt {
    // SAFETY: the task runs, so its object is there, and has more words.
    unsafe UnsafePointer<UInt>(bitPattern: address).map { unsafe $0[number] } ?? 0
  }

  private static func firstWord(of address: UInt) -> Int? {
    let known = found.load(ordering: .relaxed)
    if known != 0 { return known == none ? nil : known - 1 }
    let before = (0..<words).map { word($0, of: address) }
    let key = UInt(bitPattern: ObjectIdentifier($probe))
    let bound = $probe.withValue(1) {
      (0..<words).first { number in
        let item = word(number, of: address)
        // What changed points to memory that was taken for the value just now: its list's next element,
        // and then what it is the value of.
        return item != before[number] && item % 8 == 0 && word(1, of: item) == key
      }
    }
    let isRight = bound.map { word($0, of: address) == before[$0] } ?? false
    found.store(isRight ? (bound ?? 0) + 1 : none, ordering: .relaxed)
    return isRight ? bound : nil
  }
}
