/// How work is shared out among workers that are sent frames before they can begin them: who gets what goes next,
/// how many frames at once, and what is taken back for others.
///
/// For engines whose workers are told of work by frames. A worker that has another frame at hand begins it without
/// waiting to be sent one.
package enum SendingAhead {
  /// How much work a worker may have before it, in nanoseconds.
  static let window: UInt64 = 300_000
  /// How many frames a worker may have before it.
  static let mostFrames = 128
  /// How many frames a worker is sent at once, at most.
  static let mostFramesAtOnce = 64
  /// How long a frame takes at least, in nanoseconds, however short its work.
  static let shortestFrame = 100.0
  /// Items that take as long as this are sent one frame at a time, and workers hear of shorter ones together; in
  /// nanoseconds.
  static let quick = 20_000.0
  /// How long ago what a worker has must have been sent before it is taken back for another, in nanoseconds.
  static let longEnough: UInt64 = 20_000

  /// Whether items are so short that workers are sent several frames of them, and hear of them together.
  ///
  /// - Parameter estimate: how long an item takes, in nanoseconds; nil before one was seen.
  /// - Returns: whether they are; not before one was seen.
  package static func isQuick(_ estimate: Double?) -> Bool { estimate.map { $0 < quick } ?? false }

  /// The worker to send to: an idle one, else the one with the least to do if it will soon be done.
  ///
  /// - Parameters:
  ///   - workers: the pool's.
  ///   - estimate: how long an item takes, in nanoseconds; nil before one was seen.
  /// - Returns: the worker; nil when none is free.
  package static func receiver<Member: SentWorker>(
    among workers: [Member], estimate: Double?
  ) -> Member? {
    let mayWait = isQuick(estimate)
    var best: Member?
    for worker in workers where worker.takesWork {
      if worker.frames == 0 { return worker }
      guard mayWait, worker.load < window, worker.frames < mostFrames else { continue }
      if worker.load < best?.load ?? .max { best = worker }
    }
    return best
  }

  /// How many frames a worker is sent at once: several of short items, so that locks are taken and workers woken
  /// once for all of them.
  ///
  /// - Parameters:
  ///   - estimate: how long an item takes, in nanoseconds; nil before one was seen.
  ///   - size: how many items a frame has.
  ///   - frames: how many frames the worker has before it.
  ///   - waiting: how many items wait; only asked where it counts.
  ///   - workers: how many workers there may be.
  ///   - most: how many frames there is room for.
  /// - Returns: the number, at least 1.
  package static func frames(
    estimate: Double?, size: Int, before frames: Int, waiting: @autoclosure () -> Int, workers: Int,
    most: Int
  ) -> Int {
    guard let estimate, estimate < quick, size > 0 else { return 1 }
    let byTime = Int(Double(window) / max(estimate * Double(size), shortestFrame))
    let count = min(mostFrames - frames, byTime, most, mostFramesAtOnce)
    return count > 1 ? max(1, min(count, waiting() / (2 * workers * size))) : 1
  }

  /// The worker whose frames go to others: the one with the most, if another one has nothing to do.
  ///
  /// - Parameters:
  ///   - workers: the pool's.
  ///   - now: the time; only asked where it counts.
  /// - Returns: the worker, and how many frames it keeps; nil when all have something to do.
  package static func giver<Member: SentWorker>(
    among workers: [Member], at now: @autoclosure () -> UInt64
  ) -> (worker: Member, keeping: Int)? {
    guard let giver = workers.max(by: { $0.frames < $1.frames }), giver.frames > 1,
      workers.contains(where: { $0.takesWork && $0.frames == 0 }), let sent = giver.firstSent,
      now() &- sent > longEnough
    else { return nil }
    return (giver, (giver.frames + 1) / 2)
  }

  /// Whether one worker has nothing to do while another one has frames that it has not begun.
  package static func isUneven<Member: SentWorker>(_ workers: [Member]) -> Bool {
    workers.contains { $0.frames > 1 }
      && workers.contains { $0.takesWork && $0.frames == 0 }
  }
}

/// What is asked of a worker that is sent frames ahead.
package protocol SentWorker: AnyObject {
  /// Whether it can be given work now.
  var takesWork: Bool { get }
  /// How many frames it has before it.
  var frames: Int { get }
  /// How long they are expected to take, in nanoseconds.
  var load: UInt64 { get }
  /// When the first of them was sent, in nanoseconds of CLOCK_MONOTONIC; nil when there is none.
  var firstSent: UInt64? { get }
}
