internal import TandemSystem

/// The checks of options, and the one way in which a value is refused.
///
/// What a check can't know for sure from a number (whether the system has such a CPU, or lets workers be
/// less nice) it tries.
package enum OptionCheck {
  /// How many workers a pool can have: more than any machine can run.
  static let workers = 1...65_536
  /// How large a result may be: up to 1 TiB.
  static let results = 1...(1 << 40)
  /// How many containers may enclose one another: beyond, only values that nothing can drop.
  static let nesting = 1...1_000_000
  /// How large a thread's stack can be: from 64 KiB to 64 GiB.
  static let stacks = (64 << 10)...(64 << 30)
  /// How much nicer workers can be than the program (nice(2)).
  static let niceIncrements = -20...19
  /// How many inputs of a stream can be on their way.
  static let inFlight = 1...(1 << 20)

  /// The error for a value that can't be.
  ///
  /// - Parameters:
  ///   - option: the option's name.
  ///   - value: its value.
  ///   - allowed: what is allowed.
  ///   - cause: what the system said of it.
  /// - Returns: the error.
  static func refusal(
    _ option: String, is value: String, mustBe allowed: String, cause: (any Error)? = nil
  ) -> PoolError {
    PoolError(.invalidArgument, "\(option) is \(value); it must be \(allowed)", cause: cause)
  }

  /// Checks a number that may be missing.
  static func number(
    _ option: String, _ value: Int?, in allowed: ClosedRange<Int>, _ note: String = ""
  ) throws(PoolError) {
    guard let value, !allowed.contains(value) else { return }
    throw refusal(
      option, is: "\(value)",
      mustBe: "from \(allowed.lowerBound) to \(allowed.upperBound)\(note)")
  }

  /// Checks a number that may be missing and has no upper limit.
  static func atLeast(_ option: String, _ value: Int?, _ least: Int) throws(PoolError) {
    guard let value, value < least else { return }
    throw refusal(option, is: "\(value)", mustBe: "\(least) or more")
  }

  /// Checks a time that may be missing.
  ///
  /// - Parameters:
  ///   - option: the option's name.
  ///   - value: its value.
  ///   - mayBeZero: whether there may be no time at all.
  ///   - missing: what it means if there is none; nil if there always is one.
  /// - Throws: `invalidArgument`.
  package static func time(
    _ option: String, _ value: Duration?, mayBeZero: Bool = false, orNil missing: String? = nil
  ) throws(PoolError) {
    guard let value else { return }
    if mayBeZero ? value >= .zero : value.saturatedNanoseconds > 0 { return }
    let least = mayBeZero ? "0 or longer" : "at least a nanosecond"
    throw refusal(
      option, is: "\(value)", mustBe: least + (missing.map { ", or nil for \($0)" } ?? ""))
  }

  /// Checks the name of a pool or worker.
  static func name(_ name: String) throws(PoolError) {
    guard name.isEmpty || name.utf8.contains(0) else { return }
    throw refusal(
      "name", is: name.debugDescription, mustBe: "one character or more, without NUL")
  }

  /// Checks the number of workers.
  static func workerCount(_ workers: Int) throws(PoolError) {
    try number("workers", workers, in: OptionCheck.workers)
  }

  /// Checks how many workers there are at least.
  static func minimum(_ minimum: Int, of workers: Int) throws(PoolError) {
    try number("minimumWorkers", minimum, in: 0...workers, ", the number of workers")
  }

  /// Checks how much nicer workers are than the program, by trying what needs a right.
  static func nice(_ increment: Int) throws(PoolError) {
    try number("nice", increment, in: niceIncrements)
    guard increment < 0 else { return }
    let error = try onThread { () -> Errno? in
      do throws(Errno) {
        try Niceness.increase(by: CInt(increment))
        return nil
      } catch {
        return error
      }
    }
    guard let error else { return }
    throw refusal(
      "nice", is: "\(increment)", mustBe: "0 or more for a program without the right to less",
      cause: error)
  }

  /// Checks how long workers look for work before they sleep: looking for longer than a second only burns
  /// a CPU.
  static func spin(_ spin: Duration?) throws(PoolError) {
    guard let spin, !(.zero ... .seconds(1)).contains(spin) else { return }
    throw refusal("spin", is: "\(spin)", mustBe: "from 0 to 1 second, or nil for the default")
  }

  /// Does something in a thread of its own, since it changes what the thread may do.
  static func onThread<Result: Sendable>(
    _ body: @escaping @Sendable () -> Result
  ) throws(PoolError) -> Result {
    do throws(Errno) {
      return try OSThread.run(name: "option-check", body)
    } catch {
      throw PoolError(.cannotStart, "no thread could be started: \(error)", cause: error)
    }
  }

  /// Checks that a program can keep the outputs of a map, before anything is allocated.
  ///
  /// Whether there is as much memory is asked of the system, where it is not certain.
  ///
  /// - Parameters:
  ///   - items: how many outputs there will be.
  ///   - bytes: how much memory each takes.
  /// - Throws: `invalidArgument`.
  static func outputs(of items: Int, bytesEach bytes: Int) throws(PoolError) {
    let (sum, isOver) = items.multipliedReportingOverflow(by: bytes)
    guard isOver || sum >= certainBytes else { return }
    do throws(Errno) {
      guard !isOver else { throw .outOfMemory }
      try AddressSpace.check(sum)
    } catch {
      throw refusal(
        "the number of inputs", is: "\(items)",
        mustBe: "one whose outputs fit into memory; results(of:) gives outputs one by one",
        cause: error)
    }
  }

  /// So much memory a program has, or it has worse trouble than a map.
  private static let certainBytes = 64 << 20
}
