internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// Runs tasks on a pool's reply thread: what waits there for a result goes on without another thread's
/// being woken.
///
/// What runs there must not block, else no results come.
final class ReplyExecutor: TaskExecutor {
  private struct State {
    var jobs = ShortList<UnownedJob>()
    /// Whether the thread has ended.
    var isOver = false
  }

  private let state = Mutex(State())
  /// Whether tasks wait for the thread; changed under the lock.
  private let isWaitedFor = Atomic(false)
  private let thread = Atomic<UInt>(0)
  private let bells: BellMemory

  /// An executor whose thread `serve`s it.
  ///
  /// - Parameter bells: what wakes the thread.
  init(bells: BellMemory) { self.bells = bells }

  /// Whether the calling thread is the reply thread.
  var isThread: Bool { thread.load(ordering: .relaxed) == OSThread.currentHandle }

  /// Whether tasks wait for the thread.
  var hasJobs: Bool { isWaitedFor.load(ordering: .acquiring) }

  /// Makes the calling thread the one that runs tasks.
  func becomeThread() { thread.store(OSThread.currentHandle, ordering: .relaxed) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isOver = state.withLock { state in
      if !state.isOver {
        state.jobs.append(job)
        isWaitedFor.store(true, ordering: .releasing)
      }
      return state.isOver
    }
    if isOver {
      runLate(job)
    } else if !isThread {
      bells.bells.replies.ringAlways()
    }
  }

  /// Runs the tasks that wait; the thread calls it.
  ///
  /// - Returns: whether there were any.
  func runJobs() -> Bool {
    guard hasJobs else { return false }
    let jobs = state.withLock { state in
      isWaitedFor.store(false, ordering: .relaxed)
      defer { state.jobs = ShortList() }
      return state.jobs
    }
    for index in 0..<jobs.count { jobs[index].runSynchronously(on: asUnownedTaskExecutor()) }
    return !jobs.isEmpty
  }

  /// The thread's last act.
  func endThread() {
    while true {
      if runJobs() { continue }
      let isOver = state.withLock { state in
        state.isOver = state.jobs.isEmpty
        return state.isOver
      }
      if isOver { break }
    }
    thread.store(0, ordering: .relaxed)
  }

  /// Runs a task that outlives the pool: it can't be dropped, somebody may wait for it.
  private func runLate(_ job: UnownedJob) {
    do throws(Errno) {
      try OSThread.start(name: "tandem-late") {
        job.runSynchronously(on: self.asUnownedTaskExecutor())
      }
    } catch {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}

/// The memory of a pool's bells, for as long as anybody may ring one.
final class BellMemory: Sendable {
  private let memory: SharedMemory
  let bells: PoolBells

  /// Bells in new memory.
  ///
  /// - Throws: the error number of memfd_create(2), fallocate(2) or mmap(2).
  init() throws(Errno) {
    memory = try SharedMemory(name: "tandem-bell", byteCount: PoolBells.byteCount)
    // SAFETY: zeros that live as long as this object.
    bells = unsafe PoolBells(at: memory.base)
  }

  /// Closes the memory's descriptor, when no worker will be started any more.
  func closeDescriptor() { memory.closeDescriptor() }

  /// The number of the memory's descriptor.
  var descriptorNumber: CInt? { memory.descriptorNumber }
}
