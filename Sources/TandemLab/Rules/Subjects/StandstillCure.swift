import TandemModel

/// What to do about a standstill, by what was seen of it.
struct StandstillCure {
  /// A sentence that begins with a verb.
  var advice: String

  /// Chooses the cure.
  ///
  /// - Parameters:
  ///   - standstill: the standstill.
  ///   - program: the program.
  init(of standstill: ObservedStandstill, in program: ExplainReport) {
    switch standstill.reason {
    case .openMPAfterFork?:
      advice = """
        Don't use OpenMP on both sides of a fork: fork before the first parallel region, or start the \
        process anew (posix_spawn; in Python, multiprocessing's "spawn" or "forkserver").
        """
    case .forkedFromThreads?:
      advice = """
        Don't fork a process that has threads: start processes anew (posix_spawn; in Python, \
        multiprocessing's "spawn" or "forkserver"), or fork before the first thread is started. If the \
        child made the lock itself, look for a thread that takes it twice.
        """
    case .holderGone?:
      advice = "Release the lock before the thread that took it ends, on every way out."
    case .oneThread?:
      advice = """
        Look for a lock that this thread takes twice, or for a thread that should release or signal it and \
        was never started or has ended.
        """
    case .noOtherProcess?:
      advice = """
        Release the lock on every way out: a process that is killed while it has a lock in shared memory \
        leaves it locked. A lock on a file (flock) ends with its process.
        """
    case .ownPipe?:
      advice = """
        Close the end of the pipe that this process doesn't use, right after the fork: a reader sees the \
        end of the data only when every writing end is closed.
        """
    case .ring?, .eachOther?, nil: advice = Self.ofRing(standstill, in: program)
    }
  }

  private static func ofRing(
    _ standstill: ObservedStandstill, in program: ExplainReport
  ) -> String {
    let waits = standstill.waits
    let ring =
      standstill.ring.isEmpty
      ? waits : waits.filter { standstill.ring.contains($0.tid) }
    let targets = Set(ring.map(\.target))
    let javas = program.workers.filter { $0.name == ObservedRuntime.virtualMachineThread }.map(
      \.pid)
    if let java = waits.first(where: { javas.contains($0.pid) }) {
      return """
        Ask Java which locks its threads wait for, which can't be seen from outside: jstack \(java.pid) \
        names them, and says when it finds a deadlock.
        """
    }
    if standstill.ring.count == 1 {
      return "Don't take a lock again in the thread that has it, or make it a recursive one."
    }
    if !targets.isDisjoint(with: [.pipeRoom, .socketRoom]) {
      return """
        Read all of the data before waiting for its writer to end: take everything out of the queue, or \
        read the pipe (in Python, communicate()), and then join.
        """
    }
    if let order = orderOfLocks(waits) { return order }
    if targets.isSubset(of: [.lock, .readWriteLock, .fileLock]) {
      return "Take these locks in the same order everywhere, or both at once (std::lock)."
    }
    if targets.isSubset(of: [.threadEnd, .processEnd]) {
      return "Let only one of these workers wait for the end of the other."
    }
    if Set(waits.map(\.pid)).count == 1, waits.count > 2 {
      return """
        If these threads are a pool, look for a task that waits for another task of its own pool, which has no \
        free worker for it; else for locks that are taken in different orders, or a signal that nobody sends.
        """
    }
    return """
      Look for locks that are taken in different orders, or for a release or signal that nobody is left to \
      send.
      """
  }

  /// What to do where threads of Python wait for different locks, and others only for the end of these: Python's
  /// locks don't say who has them.
  private static func orderOfLocks(_ waits: [StandstillWait]) -> String? {
    let locks = waits.filter { [.lock, .pythonLock].contains($0.target) && $0.holder == nil }
    let others = waits.filter { !locks.contains($0) }
    guard let first = locks.first, let firstPlace = first.function,
      let second = locks.first(where: { $0.object != first.object && $0.pid == first.pid }),
      let secondPlace = second.function,
      others.allSatisfy({ $0.target == .threadEnd })
    else { return nil }
    return """
      Check first in which order the locks are taken: \(first.name) \(first.tid) waits for one in \
      \(firstPlace.inWords) and \(second.name) \(second.tid) for another one in \(secondPlace.inWords), so each \
      may have the lock that the other waits for. Take them in the same order everywhere.
      """
  }
}
