import TandemModel

/// Changes of workers' states that the sweep hasn't passed yet, and the states when it passed last.
struct StateChanges {
  private var pending: [Change] = []
  private var nextSequence = 0
  private var states: [WorkerState?] = []
  private var isStarted: [Bool] = []
  private var counts = StateTable()
  private var startedInProgress = 0
  /// Those of which it isn't known what they wait for.
  private var startedUnknown = 0
  /// Receives how many workers were in each state; nil for nobody.
  var sink: (any ObservationSink)?

  /// A change of a worker's state at a time; nil means that it has ended.
  private struct Change {
    var timeNS: UInt64
    var sequence: Int
    var slot: Int
    var state: WorkerState?
    var isStarted: Bool
  }

  /// Adds a change.
  ///
  /// - Parameters:
  ///   - track: the worker.
  ///   - state: its state from then on; nil when it has ended.
  ///   - timeNS: when, in nanoseconds of `CLOCK_MONOTONIC`.
  mutating func add(_ track: WorkerTrack, to state: WorkerState?, atNS timeNS: UInt64) {
    pending.append(
      Change(
        timeNS: timeNS, sequence: nextSequence, slot: track.slot, state: state,
        isStarted: track.kind != .main))
    nextSequence += 1
  }

  /// Takes a sweep to a time, with every change before it.
  ///
  /// - Parameters:
  ///   - sweep: the sweep.
  ///   - timeNS: the time.
  /// - Complexity: O(c log c) for c changes that were pending.
  mutating func take(_ sweep: inout ProgramSweep, to timeNS: UInt64) {
    // Nearly sorted: a late change of a wait belongs to the wait's beginning.
    pending.sort { ($0.timeNS, $0.sequence) < ($1.timeNS, $1.sequence) }
    let count = pending.firstIndex { $0.timeNS >= timeNS } ?? pending.count
    for index in 0..<count {
      let change = pending[index]
      advance(&sweep, to: change.timeNS)
      while states.count <= change.slot {
        states.append(nil)
        isStarted.append(false)
      }
      if let old = states[change.slot] {
        counts[old] -= 1
        if isStarted[change.slot] { note(old, by: -1) }
      }
      if let new = change.state {
        counts[new] += 1
        if change.isStarted { note(new, by: 1) }
      }
      states[change.slot] = change.state
      isStarted[change.slot] = change.isStarted
    }
    pending.removeFirst(count)
    advance(&sweep, to: timeNS)
  }

  private mutating func note(_ state: WorkerState, by change: Int) {
    if state == .tooShort {
      startedUnknown += change
    } else if state.isInProgress {
      startedInProgress += change
    }
  }

  private func advance(_ sweep: inout ProgramSweep, to timeNS: UInt64) {
    if timeNS > sweep.nowNS { sink?.level(counts, fromNS: sweep.nowNS, toNS: timeNS) }
    sweep.advance(
      to: timeNS, workers: counts, started: Double(startedInProgress),
      unknown: Double(startedUnknown))
  }
}
