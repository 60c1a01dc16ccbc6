import TandemSystem

extension SwiftRun {
  /// The same work, one share after the other, in the calling thread.
  func runSerial(_ log: inout RunLog) throws {
    for worker in 0..<workers {
      let measure = try BodyMeasure.of { try work.perform(items: share(of: worker), lock: nil) }
      log.workers.append(
        measure.record(startCalled: measure.enteredNS, endObserved: measure.leftNS))
    }
    log.end()
  }
}
