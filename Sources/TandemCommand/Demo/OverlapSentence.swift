import Tandem
package import TandemModel
import TandemText

/// When one worker was started, worked and ended, in nanoseconds of one clock; nil for what is not known.
package struct WorkerSpan: Sendable {
  /// When `start` was called.
  package var startCalled: UInt64?
  /// When the work began.
  package var bodyEntered: UInt64?
  /// When the work ended.
  package var bodyLeft: UInt64?
  /// When the worker's end was seen.
  package var endObserved: UInt64?

  /// Makes a span.
  package init(
    startCalled: UInt64?, bodyEntered: UInt64?, bodyLeft: UInt64?, endObserved: UInt64?
  ) {
    self.startCalled = startCalled
    self.bodyEntered = bodyEntered
    self.bodyLeft = bodyLeft
    self.endObserved = endObserved
  }

  /// The span of a worker that has ended.
  init(_ times: WorkerTimes) {
    self.init(
      startCalled: times.startCalled, bodyEntered: times.bodyEntered, bodyLeft: times.bodyLeft,
      endObserved: times.endObserved)
  }
}

/// What the stamps of a few workers say about their overlap, in one line.
///
/// Everything in it comes from the stamps, nothing from the schedule that was asked for.
package struct OverlapSentence {
  private struct Known {
    var startCalled, bodyEntered, bodyLeft, endObserved: UInt64
  }

  private let noun: (one: String, many: String)
  private let count: Int
  private let known: [Known]

  /// Looks at workers that have ended.
  ///
  /// - Parameters:
  ///   - kind: what ran them.
  ///   - spans: their spans, in the order in which they were started.
  package init(kind: WorkerKind, spans: [WorkerSpan]) {
    noun =
      switch kind {
      case .thread: ("thread", "threads")
      case .process: ("process", "processes")
      case .task: ("task", "tasks")
      case .none: ("worker", "workers")
      }
    count = spans.count
    known = spans.compactMap { span in
      guard let started = span.startCalled, let entered = span.bodyEntered,
        let left = span.bodyLeft, let ended = span.endObserved,
        started <= entered, entered <= left, left <= ended
      else { return nil }
      return Known(startCalled: started, bodyEntered: entered, bodyLeft: left, endObserved: ended)
    }
  }

  /// The time-average number of workers in progress: the sum of their times in the work over the
  /// time from the first start to the last end; nil when a stamp is missing.
  package var concurrency: Double? {
    guard known.count == count, let began = known.map(\.startCalled).min(),
      let ended = known.map(\.endObserved).max(), ended > began
    else { return nil }
    let worked = known.reduce(0.0) { $0 + Double($1.bodyLeft - $1.bodyEntered) }
    return worked / Double(ended - began)
  }

  /// The most workers that were in the work at one moment.
  package var mostAtOnce: Int {
    // In order of time; at the same nanosecond an end comes before a beginning, because touching is
    // not overlapping.
    var events: [(at: UInt64, change: Int)] = []
    for span in known {
      events.append((span.bodyEntered, 1))
      events.append((span.bodyLeft, -1))
    }
    events.sort { $0.at == $1.at ? $0.change < $1.change : $0.at < $1.at }
    var (now, most) = (0, 0)
    for event in events {
      now += event.change
      most = max(most, now)
    }
    return most
  }

  private var eachWasJoinedFirst: Bool {
    zip(known, known.dropFirst()).allSatisfy { $0.endObserved <= $1.startCalled }
  }

  /// The line.
  package var text: String {
    guard let concurrency else {
      return "concurrency not measured: \(count - known.count) of the \(count) \(noun.many) "
        + "reported no complete times"
    }
    let number = "concurrency \(FigureText.ratio(concurrency)): "
    let most = mostAtOnce
    if count == 1 { return number + "with one \(noun.one) there is nothing to overlap" }
    if most > 1 {
      let who = most == count ? "all" : "up to \(most) of the"
      return number + "\(who) \(count) \(noun.many) were at work at the same time"
    }
    let why =
      eachWasJoinedFirst
      ? "each was joined before the next was started: start and join in the same loop"
      : "each had finished before the next began"
    return number
      + "no two of the \(count) \(noun.many) were ever at work at the same time (\(why))"
  }
}
