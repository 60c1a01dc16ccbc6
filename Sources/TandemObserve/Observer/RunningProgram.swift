import TandemModel
import TandemSystem

/// The threads of a running program and of everything that it started, without the observer.
package struct RunningProgram {
  /// One thread.
  package struct Thread: Sendable {
    /// Its number.
    package var tid: Int32
    /// Its process.
    package var pid: Int32
    /// Its name.
    package var name: String
    /// Whether it is on a CPU or ready for one.
    package var isRunnable: Bool

    /// Makes a thread.
    package init(tid: Int32, pid: Int32, name: String, isRunnable: Bool) {
      self.tid = tid
      self.pid = pid
      self.name = name
      self.isRunnable = isRunnable
    }
  }

  /// The threads found so far.
  package private(set) var threads: [Thread] = []
  /// The processes found so far, with their parents.
  private(set) var processes: [(pid: Int32, parent: Int32?)] = []

  private let first: Int32
  /// The observer, which may be a child of what it observes and is no part of it.
  private let observer = ServerLaunch.ownPID
  private var known: Set<Int32> = []

  /// Makes a program without threads; `newThreads` finds them.
  ///
  /// - Parameter pid: the program's first process.
  package init(pid: Int32) { first = pid }

  /// Finds the threads that weren't known before.
  ///
  /// - Returns: the threads that began since the last call; the first call returns all.
  package mutating func newThreads() -> [Thread] {
    var found: [Thread] = []
    var queue: [(pid: Int32, parent: Int32?)] = [(first, nil)]
    var seen: Set<Int32> = []
    while let (pid, parent) = queue.popLast() {
      guard pid != observer, seen.insert(pid).inserted else { continue }
      if !processes.contains(where: { $0.pid == pid }) { processes.append((pid, parent)) }
      for tid in (try? ProcTasks.threads(of: pid)) ?? [] where known.insert(tid).inserted {
        guard let stat = try? ThreadStat.read(tid, of: pid) else { continue }
        found.append(
          Thread(
            tid: tid, pid: pid, name: stat.name,
            isRunnable: stat.isRunnable))
      }
      for child in (try? ProcTasks.children(of: pid)) ?? [] { queue.append((child, pid)) }
    }
    threads += found
    return found
  }

  /// Reads again which threads are on a CPU or ready for one, and forgets those that have ended.
  ///
  /// To be called once their switches are recorded: of a thread that went to sleep between the first reading and
  /// the first record, no record would ever tell.
  package mutating func readStates() {
    threads = threads.compactMap { thread in
      guard let stat = try? ThreadStat.read(thread.tid, of: thread.pid), !stat.hasEnded else {
        return nil
      }
      var thread = thread
      (thread.name, thread.isRunnable) = (stat.name, stat.isRunnable)
      return thread
    }
  }
}

extension SwitchTracker {
  /// Begins to follow a worker that was running before the observation, as found in `/proc`.
  ///
  /// - Parameters:
  ///   - thread: the worker.
  ///   - timeNS: when it was found, in nanoseconds of `CLOCK_MONOTONIC`.
  package mutating func adopt(_ thread: RunningProgram.Thread, atNS timeNS: UInt64) {
    adopt(
      thread.tid, of: thread.pid, name: thread.name,
      doing: thread.isRunnable ? .onCPU : .other, atNS: timeNS)
    if thread.isRunnable {
      // `/proc` doesn't distinguish running from ready. A thread that never had a CPU is rare.
      tally.live[thread.tid]?.phase = .runningOrReady(sinceNS: max(timeNS, tally.beganNS))
    }
  }
}
