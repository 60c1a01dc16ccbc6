internal import Glibc
package import Testing

/// What Tandem promises to do within a time.
///
/// A test of such a promise has the tag `timing` and the trait `promisesTime`, so that a machine with no
/// CPU to spare can leave all of them out: where `TANDEM_SKIP_TIMING` is set they are skipped.
package enum TimePromise {
  /// How long after a program is killed its workers, and what they have started, are gone.
  package static let workersEndWithTheirProgram: Duration = .seconds(1)
  /// How long after an interrupt the command has ended: a second, and as much again for a machine under
  /// load.
  package static let commandEndsWhenInterrupted: Duration = .seconds(2)
  /// How long after it was cancelled an experiment has ended.
  package static let experimentEndsWhenCancelled: Duration = .seconds(5)
}

extension Trait where Self == ConditionTrait {
  /// The condition of a test that holds a `TimePromise`.
  package static var promisesTime: Self {
    .enabled(
      if: getenv("TANDEM_SKIP_TIMING") == nil,
      "TANDEM_SKIP_TIMING is set: what is promised within a time needs a CPU to spare")
  }
}
