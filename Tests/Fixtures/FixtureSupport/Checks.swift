import Glibc
import Synchronization
public import Tandem

/// What a fixture finds out, a line of standard output a check: `ok NAME` or `FAILED NAME: DETAIL`.
public enum Checks {
  private static let failures = Atomic(0)

  /// Whether this program was built without optimisation.
  public static var isDebug: Bool { _isDebugAssertConfiguration() }

  /// Writes a line to standard output at once, whatever it is connected to.
  public static func line(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(1, bytes, bytes.count)
  }

  /// Notes a check.
  public static func that(_ name: String, _ holds: Bool, _ detail: @autoclosure () -> String = "") {
    if holds {
      line("ok \(name)")
    } else {
      failures.add(1, ordering: .relaxed)
      line("FAILED \(name): \(detail())")
    }
  }

  /// Notes whether two values are the same.
  public static func equal<Value: Equatable>(_ name: String, _ value: Value, _ expected: Value) {
    that(name, value == expected, "\(value) is not \(expected)")
  }

  /// Ends the program, with 0 when every check held.
  public static func end() -> Never {
    exit(failures.load(ordering: .relaxed) == 0 ? 0 : 1)
  }
}

/// Waits until something holds, looking again and again, for 20 s at most.
public func eventually(_ holds: () -> Bool) -> Bool {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(20)
  while !holds() {
    if clock.now > deadline { return false }
    // What is waited for has no event; the nap leaves it the CPUs (see `waitUntil` of the tests).
    usleep(1_000)
  }
  return true
}

/// Starts a worker process from a module that is not the closure's own.
public func startedElsewhere<Input: Codable & Sendable, Output: Codable & Sendable>(
  _ input: Input, _ body: @escaping @Sendable (Input) throws -> Output
) throws(PoolError) -> WorkerProcess<Output> {
  let process = WorkerProcess(input: input, body)
  try process.start()
  return process
}
