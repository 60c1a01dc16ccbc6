package import TandemModel

/// A look at what a sleeping worker waits for.
package struct WaitLook: Sendable, Equatable {
  /// Just before the look, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beforeNS: UInt64
  /// Just after it.
  package var afterNS: UInt64
  /// What it waited for.
  package var state: ObservedState
  /// The address that it waited at (futex(2)); nil for other waits.
  package var futex: UInt64?
  /// How many workers were seen waiting at that address; 0 for other waits.
  package var waiters: Int

  /// Makes a look.
  package init(
    beforeNS: UInt64, afterNS: UInt64, state: ObservedState, futex: UInt64? = nil, waiters: Int = 0
  ) {
    self.beforeNS = beforeNS
    self.afterNS = afterNS
    self.state = state
    self.futex = futex
    self.waiters = waiters
  }
}

/// What is kept of one worker while the program runs.
package final class WorkerTrack {
  /// What it does at the moment, as far as records were read.
  enum Phase {
    /// Ready for a CPU since a time.
    case runnable(sinceNS: UInt64)
    /// On a CPU since a time.
    case running(sinceNS: UInt64)
    /// On a CPU or ready for one since a time; the next record tells which.
    case runningOrReady(sinceNS: UInt64)
    /// Off the CPU since a time, and why if that was seen.
    case blocked(Wait)
    /// It has ended.
    case ended
  }

  /// A wait that goes on.
  struct Wait {
    /// When it began.
    var sinceNS: UInt64
    /// What was seen; nil when nobody has looked.
    var look: WaitLook?
    /// What the sweep was told; nil when it wasn't told yet.
    var told: ObservedState?
  }

  /// What kind of worker it is.
  package let kind: ObservedWorker.Kind
  /// Its process.
  package let pid: Int32
  /// Its thread.
  package let tid: Int32
  /// The last name that it had.
  package internal(set) var name: String
  /// When it was started, or first seen.
  package let startedNS: UInt64
  /// When it ended; nil while it goes on.
  package internal(set) var endedNS: UInt64?
  /// When it was first on a CPU; nil when it wasn't, or was there before it was watched.
  package internal(set) var firstRunNS: UInt64?
  /// Nanoseconds in each state.
  package internal(set) var spent = StateTable()
  /// Waits that were seen.
  package internal(set) var mix = WaitMix()
  /// How often it gave its CPU away.
  package internal(set) var voluntary = 0
  /// How often its CPU was taken away.
  package internal(set) var involuntary = 0
  /// Its row of the timeline.
  package internal(set) var row = TimelineRow()
  /// The largest memory that was read; nil for threads, and when it was never read.
  package internal(set) var memory: WorkerMemory?
  /// Nanoseconds that it was ready for a CPU although no record says so: from being woken to running.
  package internal(set) var wokenNS: UInt64 = 0
  /// The kernel's own count of nanoseconds ready for a CPU (`/proc/PID/task/TID/schedstat`), as last read.
  package var waited: (atNS: UInt64, waitNS: UInt64)?
  /// That count when the worker began to be watched; nil for one that was there before and wasn't read yet.
  package internal(set) var waitedBeforeNS: UInt64? = 0

  var phase: Phase
  /// The worker's place in the sweep.
  var slot: Int
  /// Looks whose wait isn't known to be over yet.
  var looks: [WaitLook] = []
  /// The end of the last look, so that a wait isn't looked into twice.
  package internal(set) var lookedAtNS: UInt64 = 0

  init(
    kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, startedNS: UInt64,
    phase: Phase, slot: Int
  ) {
    self.kind = kind
    self.pid = pid
    self.tid = tid
    self.name = name
    self.startedNS = startedNS
    self.phase = phase
    self.slot = slot
  }

  /// Since when it has been off the CPU with nobody having looked why; nil when it is not so.
  package var unseenSinceNS: UInt64? {
    guard case .blocked(let wait) = phase, wait.look == nil, lookedAtNS <= wait.sinceNS else {
      return nil
    }
    return wait.sinceNS
  }

  /// Takes account of the kernel's count, once the records up to its reading have been counted.
  ///
  /// What the records show is being preempted; the rest of the kernel's count is being woken and
  /// not yet run, which the records show as being off the CPU.
  func settleWaited(horizonNS: UInt64) {
    guard let read = waited, read.atNS <= horizonNS else { return }
    waited = nil
    guard let before = waitedBeforeNS else {
      waitedBeforeNS = read.waitNS &- min(read.waitNS, UInt64(spent[.runnable]))
      return
    }
    let seen = before + UInt64(spent[.runnable])
    if read.waitNS > seen { wokenNS = max(wokenNS, read.waitNS - seen) }
  }

  /// Sets the count of `waited` that belongs to the time before the worker was watched.
  package func waitedBaseline(_ nanoseconds: UInt64) { waitedBeforeNS = nanoseconds }

  /// Nanoseconds in each state, nothing unresolved, and with the time between being woken and
  /// running counted as ready for a CPU.
  ///
  /// - Parameter fallback: the waits seen of its process, for a worker that nobody looked at.
  /// - Returns: a table with the same sum as `spent`.
  package func resolved(fallback: WaitMix?) -> StateTable {
    var table = spent.resolved(by: mix, fallback: fallback)
    let blocked = table.blocked
    let moved = min(Double(wokenNS), blocked)
    guard moved > 0 else { return table }
    for state in ObservedState.allCases where state != .onCPU && state != .runnable {
      table[state] -= table[state] / blocked * moved
    }
    table[.runnable] += moved
    return table
  }
}
