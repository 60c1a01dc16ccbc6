package import TandemModel

/// A stretch of a worker's time, and what it did.
package struct ObservedSegment: Sendable, Equatable {
  /// What a worker did in a stretch.
  package enum Doing: Sendable, Equatable {
    /// One thing all the time.
    case state(WorkerState)
    /// Off the CPU, and nobody looked why; in a short wait, or a long one (see `WaitMix`).
    case unseen(isShort: Bool)
    /// Several things, in shares that add up to 1: what sampling tells, and what others were seen to
    /// wait for in a long wait that nobody looked into.
    indirect case shares(PartialStateTable)

    /// The share of each state.
    ///
    /// - Parameters:
    ///   - mix: what was seen of waits, which stands for those that nobody looked into.
    ///   - fallback: what counts where that tells nothing.
    /// - Returns: shares that add up to 1.
    package func states(_ mix: WaitMix, fallback: WaitMix?) -> StateTable {
      switch self {
      case .state(let state): return StateTable([state: 1])
      case .unseen(let isShort):
        var table = PartialStateTable()
        table.unresolved(isShort, add: 1)
        return table.resolved(by: mix, fallback: fallback)
      case .shares(let shares): return shares.resolved(by: mix, fallback: fallback)
      }
    }
  }

  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  package var fromNS: UInt64
  /// When it ended.
  package var toNS: UInt64
  /// What the worker did.
  package var doing: Doing

  /// Makes a stretch.
  package init(fromNS: UInt64, toNS: UInt64, doing: Doing) {
    self.fromNS = fromNS
    self.toNS = toNS
    self.doing = doing
  }
}

/// The stretches that are kept of all workers together, when somebody asks for them.
struct SegmentStore {
  /// How many more may be kept, of 24 bytes each; nil when none were asked for.
  private var left: Int?
  /// Whether some were not kept for want of room.
  private(set) var isIncomplete = false

  /// Whether any were asked for.
  var areKept: Bool { left != nil }

  /// Asks for them.
  ///
  /// - Parameter most: how many may be kept at most; 0 to keep none.
  mutating func keep(atMost most: Int) { left = most > 0 ? most : nil }

  /// Keeps a stretch with its worker, behind those before it; none are kept when none were asked for.
  mutating func keep(
    _ doing: ObservedSegment.Doing, of track: WorkerTrack, fromNS: UInt64, toNS: UInt64
  ) {
    guard let left else { return }
    // Two stretches of the same kind are one: a worker that is counted up to now goes on.
    if let last = track.segments.last, last.toNS == fromNS, last.doing == doing {
      track.segments[track.segments.count - 1].toNS = toNS
      return
    }
    guard left > 0 else {
      isIncomplete = true
      return
    }
    self.left = left - 1
    track.segments.append(ObservedSegment(fromNS: fromNS, toNS: toNS, doing: doing))
  }
}
