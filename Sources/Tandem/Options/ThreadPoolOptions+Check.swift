extension ThreadPoolOptions {
  /// Checks every option.
  ///
  /// - Parameter workers: how many workers the pool may have.
  /// - Throws: `invalidArgument`.
  func check(workers: Int) throws(PoolError) {
    try OptionCheck.minimum(minimumWorkers, of: workers)
    try OptionCheck.time("idleTimeout", idleTimeout, orNil: "no limit")
    try OptionCheck.time("setupTimeout", setupTimeout)
    try OptionCheck.time("grace", grace, mayBeZero: true)
    try OptionCheck.number("spareThreads", spareThreads, in: 0...OptionCheck.workers.upperBound)
    try OptionCheck.number("stackBytes", stackBytes, in: OptionCheck.stacks)
    try pinning.check()
  }
}
