import TandemModel
import TandemText

/// What to do about a program that mostly waits for I/O, or sleeps.
struct WaitingAdvice {
  /// A sentence that begins with a verb.
  let text: String

  /// Fewer waits at once than this don't overlap.
  private static let overlap = 1.5
  /// Of fewer workers than this, what holds them up isn't looked for.
  private static let fewestHeldUp = 4
  /// The share of the workers' lives from which on they are held up, or idle.
  private static let heldUpShare = 0.5
  /// Who waits and sleeps for less than this share of its life has another task.
  private static let leastOwnShare = 0.01

  /// Chooses the advice.
  ///
  /// - Parameters:
  ///   - program: the program.
  ///   - isMostlySleep: whether it sleeps more than it waits for I/O.
  init(_ program: ExplainReport, isMostlySleep: Bool) {
    let overlapping = FigureText.ratio(program.concurrency)
    let needs = program.gil.isEmpty ? "needs no CPU" : "needs no CPU and no GIL"
    if let held = Self.heldUp(in: program) {
      let several = max(1, Int(program.concurrency.rounded()))
      text = """
        Find what lets only about \(several) of \(held.title) go on at a time: a lock, a semaphore, or the \
        size of a connection pool or of a queue. More workers would only wait there too.
        """
    } else if program.concurrency >= Self.overlap, isMostlySleep {
      text = """
        Look at what the workers sleep for: on average \(overlapping) of them sleep or wait at once. More workers \
        help where each sleep is a part of a task, and not where it is a pause before another look or try.
        """
    } else if program.concurrency >= Self.overlap {
      text = """
        Start more workers only as long as what they wait for keeps up: \(overlapping) waits already overlap \
        on average. Threads are enough, since waiting \(needs).
        """
    } else if program.startedCount >= 2 {
      text = """
        Let the waits overlap, if there are several: on average \(overlapping) of its workers are in progress \
        at once, and waiting \(needs).
        """
    } else {
      let loop =
        program.gil.isEmpty ? "" : ", or in an event loop await them together (asyncio.gather)"
      text = """
        Let the waits overlap, if there are several: start several workers at once\(loop); threads suffice, \
        since waiting \(needs).
        """
    }
  }

  /// Workers that do the waiting in turns: each of them sleeps or waits for I/O now and then, and waits for the
  /// others most of the time.
  private static func heldUp(in program: ExplainReport) -> LikeWorkers? {
    LikeWorkers.groups(of: program).first { group in
      let workers = group.workers
      let lives = workers.reduce(0) { $0 + $1.lifeSeconds - $1[.runnable] }
      let held = workers.reduce(0) { $0 + $1[.waitingForWork] + $1[.lock] }
      let own = workers.count { $0[.sleep] + $0[.io] >= leastOwnShare * $0.lifeSeconds }
      return workers.count >= fewestHeldUp && own == workers.count
        && Double(workers.count) >= 2 * program.concurrency && held >= heldUpShare * lives
    }
  }
}

extension ObservedWorker {
  /// Who it is: `its first thread`, or `reader (4711)`.
  var subject: String { kind == .main ? "its first thread" : "\(name) (\(tid))" }
}
