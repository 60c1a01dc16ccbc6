package import TandemModel
package import TandemObserve

/// One run that was watched from outside, which isn't timed.
package struct WatchedRun: Sendable, Equatable {
  /// The round that it was part of; runs of one round are neighbours in time.
  package var round: Int
  /// What the run recorded.
  package var record: RunRecord
  /// What was seen of it.
  package var observed: ObservedRun

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - round: the round.
  ///   - record: what the run recorded.
  ///   - observed: what was seen of it.
  package init(round: Int, record: RunRecord, observed: ObservedRun) {
    self.round = round
    self.record = record
    self.observed = observed
  }
}
