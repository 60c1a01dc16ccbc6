package import TandemModel

/// A segment of a worker's time, and what the worker did in it.
package struct ObservedSegment: Sendable, Equatable {
  /// What a worker did in a segment.
  package enum Doing: Sendable, Equatable {
    /// One state all the time.
    case state(WorkerState)
    /// Off the CPU in a wait that wasn't looked into, by its length (see `WaitMix`).
    case unseen(WaitLength)
    /// Several states, in shares that add up to 1: from sampling, or from what other workers waited for
    /// during a long wait that wasn't sampled.
    indirect case shares(PartialStateTable)

    /// The share of each state.
    ///
    /// - Parameters:
    ///   - mix: what was seen of the worker's waits.
    ///   - like: what was seen of workers like it.
    /// - Returns: shares that add up to 1.
    package func states(_ mix: WaitMix, like: WaitMix?) -> StateTable {
      switch self {
      case .state(let state): return StateTable([state: 1])
      case .unseen(let length):
        var table = PartialStateTable()
        table.unresolved(length, add: 1)
        return table.resolved(by: mix, like: like)
      case .shares(let shares): return shares.resolved(by: mix, like: like)
      }
    }
  }

  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  package var fromNS: UInt64
  /// When it ended.
  package var toNS: UInt64
  /// What the worker did.
  package var doing: Doing

  /// Makes a segment.
  package init(fromNS: UInt64, toNS: UInt64, doing: Doing) {
    self.fromNS = fromNS
    self.toNS = toNS
    self.doing = doing
  }
}

/// Limits how many segments are kept of all workers together, when they are requested.
struct SegmentStore {
  /// The most that are kept.
  private var most = 0
  /// How many more may be kept, of 24 bytes each; nil when none are requested.
  private var left: Int?
  /// Whether some were not kept because there was no room.
  private(set) var isIncomplete = false

  /// Whether segments are requested.
  var areKept: Bool { left != nil }

  /// Requests segments.
  ///
  /// - Parameter most: the most that are kept; 0 keeps none.
  mutating func keep(atMost most: Int) {
    self.most = most
    left = most > 0 ? most : nil
  }

  /// An empty store with the same limit.
  var emptied: SegmentStore {
    var store = SegmentStore()
    store.keep(atMost: most)
    return store
  }

  /// Appends a segment to its worker's, if segments are requested.
  mutating func keep(
    _ doing: ObservedSegment.Doing, of track: WorkerTrack, fromNS: UInt64, toNS: UInt64
  ) {
    guard let left else { return }
    // Adjacent segments with the same state become one.
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
