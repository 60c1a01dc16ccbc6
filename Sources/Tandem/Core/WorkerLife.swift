/// Where a worker is in its life, and what it was asked to give up. It only goes forward:
///
///     settingUp ──▶ ready ──▶ retiring ──▶ ending
///         └───────────┴──────────────────────▲
///
/// Plain values: an engine says what happened to the worker, and carries out what follows.
package struct WorkerLife: Sendable {
  /// The parts of a worker's life.
  package enum Phase: Int, Sendable, Comparable, CaseIterable {
    /// It has been started, and is being set up.
    case settingUp
    /// It takes work.
    case ready
    /// It was told to end after what it has.
    case retiring
    /// It is being made to end, or has ended.
    case ending

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Why work was to be given up.
  package enum StopReason: Sendable, Hashable {
    /// Its caller wants it no more.
    case cancelled
    /// It ran for longer than this, in nanoseconds.
    case timedOut(UInt64)
  }

  /// How far the stopping of work has got.
  package enum StopStep: Int, Sendable, Comparable {
    /// The work was asked to end, and its worker lives on if it does.
    case asked
    /// The worker was told to end.
    case told
    /// The worker was killed.
    case killed

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Work that the worker was asked to give up.
  package struct Stop: Sendable {
    /// The number of its frame.
    package let frame: UInt32
    package let why: StopReason
    package fileprivate(set) var step = StopStep.asked
    /// When the next step is due, in nanoseconds; never after the last.
    package fileprivate(set) var due: UInt64
  }

  /// Where it is.
  package private(set) var phase = Phase.settingUp
  /// What it was asked to give up.
  package private(set) var stop: Stop?

  package init() {}

  /// Whether it can be given work.
  package var takesWork: Bool { phase == .ready && stop == nil }
  /// Whether it counts as one of the pool's: it works, or will.
  package var isPresent: Bool { phase <= .ready }

  /// It is set up.
  ///
  /// One that is to end goes on to end.
  package mutating func becameReady() { phase = max(phase, .ready) }

  /// It ends after what it has.
  ///
  /// - Returns: whether it is to be told so: only one that takes work is.
  package mutating func retire() -> Bool {
    guard phase == .ready else { return false }
    phase = .retiring
    return true
  }

  /// There was no room to tell it that it ends: it goes on, and is told later.
  package mutating func couldNotBeTold() { if phase == .retiring { phase = .ready } }

  /// It is made to end, or has ended.
  package mutating func mustEnd() { phase = .ending }

  // MARK: Stopping work

  /// Its work is asked to end.
  ///
  /// - Parameters:
  ///   - frame: the work's.
  ///   - why: why.
  ///   - due: when the worker is to be told to end, if the work hasn't by then.
  package mutating func asked(_ frame: UInt32, _ why: StopReason, due: UInt64) {
    stop = Stop(frame: frame, why: why, due: due)
  }

  /// It has answered for a frame.
  ///
  /// - Returns: what it had been asked, if it was about that frame.
  package mutating func answered(_ frame: UInt32) -> Stop? {
    guard let asked = stop, asked.frame == frame else { return nil }
    // Once it was told to end it is on its way out, whatever it answers.
    if asked.step == .asked { stop = nil } else { phase = .ending }
    return asked
  }

  /// The time for the next step has come, if it has.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - grace: how long until the step after it.
  /// - Returns: the step that is to be taken; nil for none now.
  package mutating func nextStep(now: UInt64, grace: UInt64) -> StopStep? {
    guard var asked = stop, now >= asked.due else { return nil }
    asked.step = asked.step == .asked ? .told : .killed
    let (later, overflow) = now.addingReportingOverflow(grace)
    asked.due = asked.step == .killed || overflow ? .max : later
    stop = asked
    return asked.step
  }

  /// Whether its end was expected.
  ///
  /// - Parameter isOrderly: whether it ended by itself, and well.
  /// - Returns: whether it was.
  package func expectsEnd(isOrderly: Bool) -> Bool {
    phase == .ending || (phase == .retiring && isOrderly) || stop.map { $0.step > .asked } ?? false
  }
}
