package import TandemModel

extension ExecutionModel {
  /// Whether it runs workers as threads that a user would really choose: not under the lock that only shows what a GIL does.
  package var isUsableThreads: Bool {
    self != .swiftThreadsGlobalLock && (workerKind == .thread || workerKind == .task)
  }

  /// Whether it runs workers as processes.
  package var isProcesses: Bool { workerKind == .process }
}

extension InterpreterSummary {
  /// Whether only one of its threads can run Python code at a time.
  ///
  /// An interpreter that can't tell is one from before the lock could be turned off.
  package var hasGlobalLock: Bool { gilEnabled ?? true }
}
