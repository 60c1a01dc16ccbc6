import TandemSystem

extension SwiftRun {
  /// The same work in the calling thread, without workers.
  ///
  /// One record for all of it: with one each, short items would be measured together with the
  /// measuring.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - work: the work.
  /// - Throws: `EMFILE` when there is no descriptor for a pipe to wait for; what an item throws.
  nonisolated(nonsending) func runSerial(_ log: inout RunLog, _ work: RunnableWork) async throws {
    let measure = try await work.measureInOwnProcess(0..<items)
    log.end()
    log.workers.append(measure.record(startCalled: measure.enteredNS, endObserved: measure.leftNS))
  }
}
