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
  package init?() {
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
