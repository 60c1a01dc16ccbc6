import TandemSystem

extension SwiftRun {
  /// The same work in the calling thread, without workers.
  ///
  /// One record for all of it: with one each, short items would be measured together with the
  /// measuring.
  ///
  /// - Parameter log: where it is written down.
  /// - Throws: `EMFILE` when there is no descriptor for a pipe to wait for.
  func runSerial(_ log: inout RunLog) throws {
    let measure = try BodyMeasure.of { try work.perform(items: items, lock: nil) }
    log.end()
    log.workers.append(measure.record(startCalled: measure.enteredNS, endObserved: measure.leftNS))
  }
}
