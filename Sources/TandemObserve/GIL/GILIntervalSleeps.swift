package import TandemModel

/// The sleeps of one thread that took a switch interval of its process's GIL, as exact records show them.
///
/// CPython's `take_gil` (Python/ceval_gil.c) sleeps for one interval; when that has passed and the lock
/// wasn't handed over, it asks the holder to let go, and sleeps again. So a thread that finds the lock held
/// by one that computes sleeps for an interval each time. A sleep of this length may also be for something
/// else; samples tell how many are.
package struct GILIntervalSleeps: Sendable, Equatable {
  /// How many there were, and how long they took together.
  package private(set) var count = 0
  package private(set) var totalNS: UInt64 = 0
  /// Of those that were sampled, the ones for a GIL and the ones for something else.
  package private(set) var seenForGIL = 0
  package private(set) var seenForOther = 0

  /// Makes an empty record.
  package init() {}

  /// Notes a sleep that has ended.
  ///
  /// - Parameters:
  ///   - lengthNS: how long it took, with waiting for a CPU after it.
  ///   - intervalNS: the switch interval.
  ///   - state: what it was for; nil when it wasn't sampled.
  package mutating func note(lengthNS: UInt64, intervalNS: UInt64, state: WorkerState?) {
    // A timer is late by some time, and then its thread waits for a CPU.
    guard lengthNS >= intervalNS - intervalNS / 32, lengthNS <= 2 * intervalNS + 100_000 else {
      return
    }
    count += 1
    totalNS += lengthNS
    switch state {
    case .gil?: seenForGIL += 1
    case .some: seenForOther += 1
    case nil: break
    }
  }

  /// How many were for the GIL, as far as samples tell; 0 without any.
  var countForGIL: Double {
    let seen = seenForGIL + seenForOther
    return seen > 0 ? Double(count) * Double(seenForGIL) / Double(seen) : 0
  }
}

/// The same of all threads of a process.
package struct GILSleepSum: Sendable, Equatable {
  private var threads: [(sleeps: GILIntervalSleeps, onCPUSeconds: Double)] = []

  /// Makes an empty sum.
  package init() {}

  /// Fewer samples tell nothing: ten give a share to within a sixth (the standard error of one half).
  private static let leastSeen = 10
  /// A thread with a smaller part of the sleeps isn't one of those that wait.
  private static let leastPart = 0.1

  /// Adds a thread.
  ///
  /// - Parameters:
  ///   - sleeps: its sleeps.
  ///   - onCPUSeconds: seconds that it was on a CPU.
  package mutating func add(_ sleeps: GILIntervalSleeps, onCPUSeconds: Double) {
    if sleeps.count > 0 { threads.append((sleeps, onCPUSeconds)) }
  }

  /// How many there were, for whatever reason.
  package var count: Int { threads.reduce(0) { $0 + $1.sleeps.count } }

  /// The figures for a report; nil when there were none for the GIL, or too few samples to tell.
  package var waits: GILIntervalWaits? {
    let all = threads.reduce(0) { $0 + $1.sleeps.countForGIL }
    let seen = threads.reduce(0) { $0 + $1.sleeps.seenForGIL }
    guard all >= 1, seen >= Self.leastSeen else { return nil }
    // Of very many threads none may have such a part; then those count that wait about as much as any.
    let most = threads.map(\.sleeps.countForGIL).max() ?? all
    let least = Self.leastPart * (most >= Self.leastPart * all ? all : most)
    let waiting = threads.filter { $0.sleeps.countForGIL >= least }
    let seconds = threads.reduce(0) {
      $0 + $1.sleeps.countForGIL * Double($1.sleeps.totalNS) / Double($1.sleeps.count) / 1e9
    }
    let waits = waiting.reduce(0) { $0 + $1.sleeps.countForGIL }
    return GILIntervalWaits(
      count: all.rounded(), meanSeconds: seconds / all,
      onCPUSeconds: waiting.reduce(0) { $0 + $1.onCPUSeconds } / waits)
  }

  package static func == (left: GILSleepSum, right: GILSleepSum) -> Bool {
    left.threads.elementsEqual(right.threads) { $0 == $1 }
  }
}
