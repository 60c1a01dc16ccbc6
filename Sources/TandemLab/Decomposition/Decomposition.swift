package import TandemModel

/// Where the wall time of one run went.
///
/// Let n(t) be the workers in progress and nₛ(t) those of them in state s. The time that went to s is
/// Aₛ = ∫ nₛ/n dt while n > 0; while n = 0 the time goes to what the driver was doing. Since the
/// nₛ add up to n at every moment, the Aₛ add up to the wall time, serial or parallel.
///
/// Exact: the integers in `nanoseconds` add up to the wall time to the nanosecond, always. Each of
/// them is the integral rounded to a neighbouring nanosecond.
package struct Decomposition: Sendable, Equatable {
  /// The wall time, in nanoseconds.
  package var wallNS: UInt64
  /// Nanoseconds of wall time a state; a state that isn't there took none.
  package var nanoseconds: [WorkerState: UInt64]
  /// The most workers that were in progress at once.
  package var peakInProgress: Int

  /// Takes a run apart.
  ///
  /// - Parameter trace: what the workers and the driver did.
  package init(_ trace: RunTrace) {
    var integrals = StateTable()
    var peak = 0
    trace.forEachStretch { stretch, length in
      switch stretch {
      case .working(let workers, let states):
        peak = max(peak, workers)
        integrals.add(states, times: Double(length) / Double(workers))
      case .driving(let state):
        integrals[state] += Double(length)
      }
    }
    self.wallNS = trace.wallNS
    self.peakInProgress = peak
    self.nanoseconds = Self.rounded(integrals, to: trace.wallNS)
  }

  /// The seconds of each state.
  package var seconds: StateTable {
    StateTable(nanoseconds.mapValues { Double($0) / 1e9 })
  }

  /// Rounds each number down, then gives what is missing from the total to the largest remainders.
  private static func rounded(_ integrals: StateTable, to total: UInt64) -> [WorkerState: UInt64] {
    var result: [WorkerState: UInt64] = [:]
    var remainders: [(state: WorkerState, remainder: Double)] = []
    var sum: UInt64 = 0
    for state in WorkerState.allCases where integrals[state] > 0 {
      let whole = integrals[state].rounded(.down)
      result[state] = UInt64(whole)
      sum += UInt64(whole)
      remainders.append((state, integrals[state] - whole))
    }
    guard !remainders.isEmpty else { return result }
    remainders.sort { $0.remainder > $1.remainder }
    // Rounding down leaves less than one nanosecond a state.
    for (state, _) in remainders where sum < total {
      result[state, default: 0] += 1
      sum += 1
    }
    // What floating point adds or takes is far below a nanosecond for any run of less than a
    // month, but the sum must hold in any case: the largest state bears it.
    if sum != total, let largest = result.max(by: { $0.value < $1.value })?.key {
      result[largest, default: 0] &+= total &- sum
    }
    return result.filter { $0.value > 0 }
  }
}
