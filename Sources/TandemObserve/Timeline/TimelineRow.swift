package import TandemModel

/// A program's time, cut into equal spans whose number is bounded.
package struct TimelineScale: Sendable, Equatable {
  /// The most spans; when the program runs longer, pairs of spans are merged.
  package static let mostSpans = 256

  /// When the first span begins, in nanoseconds of `CLOCK_MONOTONIC`.
  package let originNS: UInt64
  /// The length of a span in nanoseconds.
  package private(set) var spanNS: UInt64

  /// Makes a scale.
  ///
  /// - Parameters:
  ///   - originNS: when the first span begins.
  ///   - spanNS: the length of a span to begin with.
  package init(originNS: UInt64, spanNS: UInt64 = 1_000_000) {
    self.originNS = originNS
    self.spanNS = spanNS
  }

  /// Makes spans long enough to reach a time.
  package mutating func reach(_ timeNS: UInt64) {
    while timeNS > originNS, (timeNS - originNS) / spanNS >= UInt64(Self.mostSpans) { spanNS *= 2 }
  }
}

/// What one worker did in each span of its life.
package struct TimelineRow: Sendable, Equatable {
  private var spanNS: UInt64 = 0
  /// The first span with a cell.
  package private(set) var first = 0
  /// Seconds in each state, as `PartialStateTable.packed` has them.
  package private(set) var cells: [SIMD16<Float>] = []

  /// Makes an empty row.
  package init() {}

  /// Adds time in one state; `nil` means a wait whose cause isn't known yet.
  package mutating func add(
    _ state: WorkerState?, fromNS: UInt64, toNS: UInt64, on scale: TimelineScale
  ) {
    var table = PartialStateTable()
    if let state {
      table[state] = 1
    } else {
      table.unresolved(WaitLength(toNS &- fromNS), add: 1)
    }
    add(table, fromNS: fromNS, toNS: toNS, on: scale)
  }

  /// Adds time in several states.
  ///
  /// - Parameters:
  ///   - shares: the share of each, adding up to 1.
  ///   - fromNS: when it began.
  ///   - toNS: when it ended; the scale reaches there.
  ///   - scale: the program's spans.
  package mutating func add(
    _ shares: PartialStateTable, fromNS: UInt64, toNS: UInt64, on scale: TimelineScale
  ) {
    guard toNS > fromNS, fromNS >= scale.originNS else { return }
    match(scale)
    let shares = shares.packed
    var from = fromNS - scale.originNS
    let to = toNS - scale.originNS
    if cells.isEmpty { first = Int(from / spanNS) }
    while from < to {
      let span = Int(from / spanNS)
      let end = min(to, (UInt64(span) + 1) * spanNS)
      let seconds = Float(Double(end - from) / 1e9)
      from = end
      // A wait is added when it ends; earlier time was added before.
      guard span >= first else { continue }
      while span - first >= cells.count { cells.append(.zero) }
      cells[span - first] += shares * seconds
    }
  }

  /// Merges spans until they are as long as the scale's.
  package mutating func match(_ scale: TimelineScale) {
    if spanNS == 0 { spanNS = scale.spanNS }
    while spanNS < scale.spanNS {
      let odd = first % 2
      var folded: [SIMD16<Float>] = []
      folded.reserveCapacity(cells.count / 2 + 1)
      for (index, cell) in cells.enumerated() {
        let place = (index + odd) / 2
        if place == folded.count { folded.append(cell) } else { folded[place] += cell }
      }
      cells = folded
      first /= 2
      spanNS *= 2
    }
  }

  /// The seconds of each state in each span; unresolved time is shared out by the mixes.
  package func seconds(resolvedBy mix: WaitMix, like: WaitMix?) -> [[Float]] {
    cells.map { cell in
      let resolved = PartialStateTable(packed: cell).resolved(by: mix, like: like)
      return WorkerState.observed.map { Float(resolved[$0]) }
    }
  }
}
