/// The fork server of this program, for those who want to start it before its first worker.
package enum WorkerServer {
  /// Starts the server if it isn't running.
  ///
  /// - Returns: its process number.
  /// - Throws: `noEntryHook`, `tooDeep`, `cannotStart`, `executableChanged`, `serverLost`.
  @discardableResult
  package static func start() throws(PoolError) -> Int32 {
    try WorkerMonitor.shared.server().pid
  }
}
