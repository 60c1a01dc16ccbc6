internal import CTandemShims
internal import TandemSystem

extension ProcessPoolOptions {
  /// Checks every option.
  ///
  /// - Parameter workers: how many workers the pool may have.
  /// - Throws: `invalidArgument`, or why a hook can't go to a worker process.
  func check(workers: Int) throws(PoolError) {
    try OptionCheck.minimum(minimumWorkers, of: workers)
    try OptionCheck.time("idleTimeout", idleTimeout, orNil: "no limit")
    try OptionCheck.time("startTimeout", startTimeout)
    _ = try setup?.makeRecord()
    try OptionCheck.time("setupTimeout", setupTimeout)
    _ = try teardown?.makeRecord()
    try recycle.check()
    try onWorkerDeath.check()
    try restartLimit?.check()
    try OptionCheck.time("grace", grace, mayBeZero: true)
    try OptionCheck.number("largestResult", largestResult, in: OptionCheck.results)
    try OptionCheck.number("nestingLimit", nestingLimit, in: OptionCheck.nesting)
    try OptionCheck.nice(nice)
    try pinning.check()
    try checkEnvironment()
    try checkWorkingDirectory()
    try OptionCheck.number("innerThreads", innerThreads, in: OptionCheck.workers)
    try checkLimits()
    try OptionCheck.spin(spin)
  }

  private func checkEnvironment() throws(PoolError) {
    let own = [TANDEM_DEPTH_NAME, TANDEM_TOKEN_NAME]
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      guard !name.isEmpty, !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "=")) else {
        throw OptionCheck.refusal(
          "a name in environment", is: name.debugDescription,
          mustBe: "one character or more, without = and NUL")
      }
      guard !own.contains(name) else {
        throw OptionCheck.refusal(
          "a name in environment", is: name, mustBe: "one that Tandem does not set itself")
      }
      if let value, value.utf8.contains(0) {
        throw OptionCheck.refusal(
          "\(name) in environment", is: value.debugDescription, mustBe: "text without NUL, or nil")
      }
    }
  }

  private func checkWorkingDirectory() throws(PoolError) {
    guard let workingDirectory else { return }
    do throws(Errno) {
      guard !workingDirectory.isEmpty else { throw .noSuchFile }
      // The dot is only found in a folder that may be entered.
      _ = try Descriptor.open(workingDirectory + "/.", [.pathOnly, .directory])
    } catch {
      throw OptionCheck.refusal(
        "workingDirectory", is: workingDirectory.debugDescription,
        mustBe: "a folder that this program may enter", cause: error)
    }
  }

  private func checkLimits() throws(PoolError) {
    for (resource, limit) in limits.sorted(by: { $0.key.number < $1.key.number }) {
      // A program that is executed opens its libraries; a fork has them.
      let isLoader = resource == .descriptors && startMethod == .spawn
      let least = isLoader ? Self.descriptorsOfLoader : resource.least
      guard limit < least else { continue }
      throw OptionCheck.refusal(
        "limits[.\(resource.name)]", is: "\(limit)",
        mustBe: "\(least) or more\(isLoader ? " for the start method spawn" : "")")
    }
  }

  /// How many descriptors it takes to execute a program.
  private static let descriptorsOfLoader: UInt64 = 8
}
