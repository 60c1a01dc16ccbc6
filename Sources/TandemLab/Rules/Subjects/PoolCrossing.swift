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
  package var seconds: Double {
    func both(_ part: PythonCrossing.Part?) -> Double {
      part.map { $0.pickleSeconds + $0.unpickleSeconds } ?? 0
    }
    return messages * both(crossing.function)
      + items * (both(crossing.argument) + both(crossing.result))
  }

  /// Seconds of that in the program's first process, which does it for all workers.
  package var secondsOfParent: Double {
    messages * (crossing.function?.pickleSeconds ?? 0)
      + items
      * ((crossing.argument?.pickleSeconds ?? 0) + (crossing.result?.unpickleSeconds ?? 0))
  }

  /// Pickles less than this, in bytes a message, are hardly what takes the time.
  private static let leastBytesPerMessage = 65_536.0
  /// The first process pickles for all workers: with this share of the wall time they wait for it.
  private static let leastShareOfParent = 0.5

  /// Whether pickling takes longer than the work, or keeps the first process busy.
  package var movesMuch: Bool {
    guard let wall = result.medianSeconds, wall > 0 else { return false }
    return bytes / messages >= Self.leastBytesPerMessage
      && (seconds > workSeconds || secondsOfParent > Self.leastShareOfParent * wall)
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
