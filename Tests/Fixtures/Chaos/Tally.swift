import Synchronization
import Tandem

/// How the jobs ended, and what should not have been.
final class Tally: Sendable {
  struct Counts {
    var begun = 0
    var right = 0
    var cancelled = 0
    var givenUp = 0
    /// The calls that have not ended: what and the first job's number.
    var open: Set<String> = []
    /// By the error's code; for deaths with the signal or exit code.
    var errors: [String: Int] = [:]
    var violations = 0
    var firstViolations: [String] = []

    var ended: Int { right + cancelled + givenUp + errors.values.reduce(0, +) }
  }

  /// What may become of a job beside its result.
  struct Fate: OptionSet {
    let rawValue: Int
    /// Its worker may be killed, and the fork server with it.
    static let death = Fate(rawValue: 1)
    /// It has a timeout.
    static let timeout = Fate(rawValue: 2)
    /// It is cancelled.
    static let cancellation = Fate(rawValue: 4)
    /// It ends its worker itself.
    static let ownExit = Fate(rawValue: 8)
  }

  private let counts = Mutex(Counts())

  var now: Counts { counts.withLock { $0 } }

  /// The calls that have not ended.
  var open: [String] { counts.withLock { $0.open.sorted() } }

  /// Notes that a call is made, or has ended.
  func note(_ call: String, isOpen: Bool) {
    counts.withLock { counts in
      if isOpen { counts.open.insert(call) } else { counts.open.remove(call) }
    }
  }

  func begin(_ number: Int = 1) { counts.withLock { $0.begun += number } }

  func giveUp(_ number: Int) { counts.withLock { $0.givenUp += number } }

  func violation(_ text: String) {
    counts.withLock { counts in
      counts.violations += 1
      if counts.firstViolations.count < 20 { counts.firstViolations.append(text) }
    }
  }

  /// Counts the end of a job.
  func end(_ job: Job, _ result: Result<[UInt8], any Error>, _ fate: Fate, _ way: String) {
    switch result {
    case .success(let bytes):
      if bytes == job.expected {
        counts.withLock { $0.right += 1 }
      } else {
        note("wrong bytes")
        violation("\(way): job \(job.number) has \(bytes.count) wrong bytes")
      }
    case .failure(let error): end(error, fate, "\(way), job \(job.number)")
    }
  }

  /// Counts an end with an error.
  func end(_ error: any Error, _ fate: Fate, _ way: String) {
    if error is CancellationError {
      counts.withLock { $0.cancelled += 1 }
      if !fate.contains(.cancellation) { violation("\(way): cancelled") }
      return
    }
    guard let error = error as? PoolError else {
      note("other")
      violation("\(way): \(error)")
      return
    }
    var name = error.code.description
    if let signal = error.crash?.signal { name += ".\(signal)" }
    if let code = error.crash?.exitCode { name += ".\(code)" }
    note(name)
    let fits =
      switch name {
      case "workerCrashed.SIGKILL", "serverLost": fate.contains(.death)
      case "timedOut": fate.contains(.timeout)
      case "workerExited.\(HalfWritten.exitCode)": fate.contains(.ownExit)
      default: false
      }
    if !fits { violation("\(way): \(error)") }
  }

  func countRight() { counts.withLock { $0.right += 1 } }

  func wrong(_ text: String) {
    note("wrong result")
    violation(text)
  }

  private func note(_ name: String) { counts.withLock { $0.errors[name, default: 0] += 1 } }
}
