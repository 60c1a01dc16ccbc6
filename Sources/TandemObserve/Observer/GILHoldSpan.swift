import TandemModel

/// A time in which every sample found the same thread holding a lock, and no other thread had taken it.
struct GILHoldSpan: Sendable {
  /// The address of the holder's state in the interpreter.
  var state: UInt64
  /// How often the lock had gone to another thread.
  var switchNumber: UInt64
  /// The holder; nil when its number isn't known.
  var tid: Int32?
  /// Where it was all the time; nil when it wasn't in one function.
  var place: PythonPlace?
  /// The first and the last of the samples.
  var firstNS: UInt64
  var lastNS: UInt64

  /// How long it was, at least.
  var lengthNS: UInt64 { lastNS - min(lastNS, firstNS) }

  /// The longest times of a lock.
  ///
  /// Nobody may have waited for the longest one: a thread that is alone holds the lock all the time.
  struct Longest: Sendable {
    private static let most = 500

    private(set) var spans: [GILHoldSpan] = []

    /// Keeps a time that is over, if it is one of the longest.
    mutating func add(_ span: GILHoldSpan) {
      guard span.lengthNS > 0 else { return }
      if spans.count < Self.most {
        spans.append(span)
      } else if let shortest = spans.indices.min(by: { spans[$0].lengthNS < spans[$1].lengthNS }),
        spans[shortest].lengthNS < span.lengthNS
      {
        spans[shortest] = span
      }
    }
  }

  /// The most that are searched for waits: they are the longest.
  private static let mostSearched = 64

  /// The one of several in which another thread waited for the lock longest.
  ///
  /// - Parameters:
  ///   - spans: the times.
  ///   - waits: the waits for the lock of each thread of the process.
  /// - Returns: it, with that time; nil when nobody waited in any of them.
  static func longestWaitedFor(
    _ spans: [GILHoldSpan], _ waits: [Int32: [GILWaitCell]]
  ) -> GILHold? {
    let longest = spans.sorted { $0.lengthNS > $1.lengthNS }.prefix(mostSearched)
    let waited = longest.map { span in
      // Two that waited may have done so at the same time.
      (span, waits.filter { $0.key != span.tid }.values.map { span.seconds(of: $0) }.max() ?? 0)
    }
    guard let (span, seconds) = waited.max(by: { $0.1 < $1.1 }), seconds > 0 else { return nil }
    return GILHold(
      seconds: Double(span.lengthNS) / 1e9, waitedSeconds: seconds, tid: span.tid,
      function: span.place.map { ObservedFunction($0) })
  }

  /// Seconds of the waits that lie within this time, of parts of the timeline that lie in it as a whole.
  private func seconds(of cells: [GILWaitCell]) -> Double {
    cells.reduce(0) { $1.fromNS >= firstNS && $1.toNS <= lastNS ? $0 + $1.seconds : $0 }
  }
}

/// How long a thread waited for its interpreter's lock in a part of the timeline.
struct GILWaitCell: Sendable {
  /// The beginning and the end of the part.
  var fromNS: UInt64
  var toNS: UInt64
  /// Seconds of it.
  var seconds: Double
}
