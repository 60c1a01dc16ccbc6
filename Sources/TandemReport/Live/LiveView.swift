package import TandemModel

/// What a full-screen view of a running program shows: the last moment, the curves up to it, and what the
/// keys have chosen.
package struct LiveView: Sendable {
  /// What a key does.
  package enum Key: Sendable, Hashable {
    /// Leaves the view.
    case quit
    /// Sorts by the next column.
    case sort
    /// Holds what is shown, or goes on.
    case pause
    /// Moves the list of workers by so many rows.
    case scroll(Int)
    /// Moves the list by so many screens.
    case page(Int)
    /// Moves to the first row.
    case top
    /// Draws everything again.
    case redraw
  }

  /// What the workers are sorted by.
  package enum Order: String, Sendable, CaseIterable {
    /// What stands in a worker's way: those that wait for a lock, a CPU or I/O first.
    case waits
    /// The share of a CPU, the largest first.
    case cpu = "CPU"
    /// The name.
    case name
    /// The beginning, the oldest first.
    case start
  }

  /// The program.
  package let command: String
  /// What `quit` does, for the help line, such as `quit`.
  package let quitText: String
  /// What is shown: what came last, or what came last before a pause.
  package private(set) var moment: LiveMoment?
  /// Demand and parallelism up to that moment, the last one last.
  package private(set) var curves: [(demand: Double, parallelism: Double)] = []
  /// What the workers are sorted by.
  package private(set) var order = Order.waits
  /// Whether what is shown is held.
  package private(set) var isPaused = false
  /// The first worker of the list that is shown.
  package private(set) var first = 0
  /// The last line that the program wrote, where its output is kept for after the end; nil elsewhere.
  package var lastOutput: String?

  /// What came during a pause.
  private var unseen: [LiveMoment] = []
  /// The most moments that the curves have.
  private static let mostMoments = 1_000

  /// Makes a view.
  ///
  /// - Parameters:
  ///   - command: The program.
  ///   - quitText: What `quit` does, for the help line.
  package init(command: String, quitText: String) {
    self.command = TextWidth.sanitized(command)
    self.quitText = quitText
  }

  /// Takes what the workers did since the last moment.
  ///
  /// - Parameter moment: What they did.
  package mutating func take(_ moment: LiveMoment) {
    guard !isPaused else {
      unseen.append(moment)
      if unseen.count > Self.mostMoments { unseen.removeFirst() }
      return
    }
    self.moment = moment
    curves.append((moment.demand, moment.parallelism))
    if curves.count > Self.mostMoments { curves.removeFirst() }
    first = min(first, max(0, moment.workers.count - 1))
  }

  /// Does what a key is for; `quit` is for the caller.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - rows: The workers that a screen shows.
  package mutating func press(_ key: Key, rows: Int) {
    let count = moment?.workers.count ?? 0
    switch key {
    case .quit, .redraw: break
    case .sort:
      let all = Order.allCases
      let place = all.firstIndex(of: order) ?? 0
      (order, first) = (all[(place + 1) % all.count], 0)
    case .pause:
      isPaused.toggle()
      if !isPaused {
        for moment in unseen { take(moment) }
        unseen = []
      }
    case .scroll(let step): first = max(0, min(first + step, count - rows))
    case .page(let step): first = max(0, min(first + step * max(1, rows - 1), count - rows))
    case .top: first = 0
    }
  }

  /// The workers of the moment in their order.
  var workers: [LiveMoment.Worker] {
    func isBefore(_ left: LiveMoment.Worker, _ right: LiveMoment.Worker) -> Bool {
      switch order {
      case .waits: (right.weight, left.tid) < (left.weight, right.tid)
      case .cpu: (right.share(.onCPU), left.tid) < (left.share(.onCPU), right.tid)
      case .name: (left.name, left.tid) < (right.name, right.tid)
      case .start: (left.startedSeconds, left.tid) < (right.startedSeconds, right.tid)
      }
    }
    return (moment?.workers ?? []).sorted(by: isBefore)
  }
}

extension LiveMoment.Worker {
  /// The share of the time in a state.
  func share(_ state: WorkerState) -> Double {
    shares.indices.contains(state.position) ? shares[state.position] : 0
  }

  /// The state in which it was most of the time; nil for a worker that has just begun.
  var mostly: WorkerState? {
    zip(WorkerState.observed, shares).filter { $0.1 > 0 }.max { $0.1 < $1.1 }?.0
  }

  /// What stands in a worker's way comes first; who waits for work, or sleeps by its own wish, last.
  fileprivate var weight: Double {
    let held = share(.gil) + share(.lock) + share(.runnable) + share(.io) + share(.child)
    return held + share(.onCPU) / 1e2 + (share(.sleep) + share(.other)) / 1e4
  }
}
