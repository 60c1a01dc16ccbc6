package import TandemModel

/// What crossed between processes in one run of one of Python's process pools, by what was measured before.
package struct PoolCrossing: Sendable {
  /// The pool's figures.
  package var result: ModelResult
  /// What crosses.
  package var crossing: PythonCrossing
  /// Calls in one run.
  package var items: Double
  /// Messages in one run.
  package var messages: Double

  /// Bytes of all pickles, both ways.
  package var bytes: Double {
    messages * (crossing.function?.bytes ?? 0)
      + items * ((crossing.argument?.bytes ?? 0) + (crossing.result?.bytes ?? 0))
  }

  /// Seconds for pickling and unpickling all of it, at both ends together.
  package var seconds: Double { secondsOfParent + secondsOfWorkers }

  /// Seconds of that in the program's first process, which does it for all workers.
  ///
  /// A run doesn't hold more than its wall time.
  package var secondsOfParent: Double {
    min(
      wallSeconds,
      messages * (crossing.function?.pickleSeconds ?? 0)
        + items
        * ((crossing.argument?.pickleSeconds ?? 0) + (crossing.result?.unpickleSeconds ?? 0)))
  }

  /// Seconds of that in all workers together, each of which has no more than the wall time.
  private var secondsOfWorkers: Double {
    min(
      wallSeconds * workers,
      messages * (crossing.function?.unpickleSeconds ?? 0)
        + items
        * ((crossing.argument?.unpickleSeconds ?? 0) + (crossing.result?.pickleSeconds ?? 0)))
  }

  /// Seconds in which all of it is on its way, no more than the wall time; nil when that wasn't measured.
  package var secondsOnTheWay: Double? {
    crossing.sendMiBSeconds.map { min(wallSeconds, bytes / 1_048_576 * $0) }
  }

  /// The most that the run could be shorter if nothing crossed: the workers share their part of the pickling.
  package var mostGain: Double {
    min(wallSeconds, secondsOfParent + secondsOfWorkers / workers + (secondsOnTheWay ?? 0))
  }

  private var wallSeconds: Double { result.medianSeconds ?? 0 }

  private var workers: Double { Double(max(1, result.workers)) }

  /// Less than this, in bytes an item, is not what takes the time: the message is.
  private static let leastBytesPerItem = 4096.0
  /// A function with less than this, in bytes, is not either.
  private static let leastBytesPerFunction = 65_536.0
  /// The first process pickles for all workers: with this share of the wall time they wait for it.
  private static let leastShareOfParent = 0.5

  /// Whether pickling takes longer than the work, or keeps the first process busy.
  package var movesMuch: Bool {
    guard wallSeconds > 0 else { return false }
    let ofItem = (crossing.argument?.bytes ?? 0) + (crossing.result?.bytes ?? 0)
    let way = secondsOnTheWay ?? 0
    let ofFunction = crossing.function?.bytes ?? 0
    return
      (ofItem >= Self.leastBytesPerItem || ofFunction >= Self.leastBytesPerFunction)
      && (seconds + way > workSeconds
        || secondsOfParent + way > Self.leastShareOfParent * wallSeconds)
  }

  /// Seconds of the calls themselves.
  package var workSeconds: Double { items * crossing.itemSeconds }

  /// The largest of what crosses.
  package var largest: (name: String, part: PythonCrossing.Part)? {
    let all: [(String, PythonCrossing.Part?, Double)] = [
      ("the function, which goes with every message", crossing.function, messages),
      ("an argument", crossing.argument, items), ("a result", crossing.result, items),
    ]
    return all.compactMap { name, part, times in part.map { (name, $0, $0.bytes * times) } }
      .max { $0.2 < $1.2 }.map { ($0.0, $0.1) }
  }
}

extension Comparison {
  /// The process pools of Python that ran all at once, with what crossed in each.
  package var poolCrossings: [PoolCrossing] {
    ran(on: .allAtOnce).compactMap { result in
      guard result.model.isProcesses, result.model.isPythonPool,
        let crossing = crossings.first(where: { $0.interpreter == result.interpreter?.path }),
        crossing.function != nil, crossing.argument != nil, crossing.result != nil
      else { return nil }
      let items = Double(work.items)
      // joblib doesn't say how many items it put into a message.
      guard let chunk = result.pythonPool?.chunksize else { return nil }
      return PoolCrossing(
        result: result, crossing: crossing, items: items,
        messages: (items / Double(max(chunk, 1))).rounded(.up))
    }
  }
}
