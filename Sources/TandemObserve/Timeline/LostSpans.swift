/// The spans of time in which records of switches were lost: in order, apart, bounded in number.
package struct LostSpans: Sendable, Equatable {
  /// One of them, in nanoseconds of `CLOCK_MONOTONIC`.
  package struct Span: Sendable, Equatable {
    /// When the last record before the loss was written.
    package var fromNS: UInt64
    /// When the first record after it was written.
    package var toNS: UInt64
  }

  /// The most that are kept apart; beyond that, neighbours become one, with what lies between them.
  static let most = 4_096

  /// The spans.
  package private(set) var spans: [Span] = []

  /// Makes an empty list.
  package init() {}

  /// Nanoseconds in all spans.
  package var lengthNS: UInt64 { spans.reduce(0) { $0 + ($1.toNS - $1.fromNS) } }

  /// Whether nothing was lost.
  var isEmpty: Bool { spans.isEmpty }

  /// Adds a span, which may overlap others.
  package mutating func add(fromNS: UInt64, toNS: UInt64) {
    guard toNS > fromNS else { return }
    // Most come at the end.
    let place = spans.lastIndex { $0.fromNS <= fromNS }.map { $0 + 1 } ?? 0
    spans.insert(Span(fromNS: fromNS, toNS: toNS), at: place)
    var index = max(0, place - 1)
    while index + 1 < spans.count, index <= place {
      if spans[index].toNS >= spans[index + 1].fromNS {
        spans[index].toNS = max(spans[index].toNS, spans[index + 1].toNS)
        spans.remove(at: index + 1)
      } else {
        index += 1
      }
    }
    if spans.count > Self.most {
      spans = stride(from: 0, to: spans.count, by: 2).map { index in
        Span(
          fromNS: spans[index].fromNS, toNS: spans[min(index + 1, spans.count - 1)].toNS)
      }
    }
  }

  /// How much of some time lies in the spans.
  ///
  /// - Parameters:
  ///   - fromNS: when it begins.
  ///   - toNS: when it ends.
  /// - Returns: nanoseconds.
  /// - Complexity: O(log n + m) for m of n spans that it reaches.
  package func overlap(fromNS: UInt64, toNS: UInt64) -> UInt64 {
    guard let last = spans.last, last.toNS > fromNS else { return 0 }
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].toNS <= fromNS { low = middle + 1 } else { high = middle }
    }
    var sum: UInt64 = 0
    for span in spans[low...] {
      guard span.fromNS < toNS else { break }
      sum += min(toNS, span.toNS) - max(fromNS, span.fromNS)
    }
    return sum
  }
}
