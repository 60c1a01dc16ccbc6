internal import TandemSystem

/// Turns how a worker process ended into the error that its user sees.
enum CrashReport {
  /// The error of a worker that ended without a result.
  ///
  /// - Parameters:
  ///   - end: what the monitor saw.
  ///   - name: the worker's name.
  ///   - images: where the worker's images were loaded; empty when it isn't known.
  /// - Returns: the error.
  static func error(_ end: WorkerEnd, name: String, images: [MappedFile]) -> PoolError {
    switch end.cause {
    case .serverLost:
      return PoolError(
        .serverLost,
        "\(name) (process \(end.pid)) was ended with the fork server, which was killed or crashed")
    case .ended(.exited(let code)):
      let crash = crash(end, exitCode: code, signal: nil, images: images)
      if end.report.execError != 0 {
        let error = Errno(rawValue: end.report.execError)
        return PoolError(.cannotStart, "\(name) could not be executed: \(error)", cause: error)
      }
      return PoolError(
        .workerExited,
        "\(name) (process \(end.pid)) exited with code \(code) before it gave a result",
        crash: crash)
    case .ended(.signaled(let number, let dumpedCore)):
      let signal = Signal(number: number)
      let crash = crash(end, exitCode: nil, signal: signal, images: images)
      var message = "\(name) (process \(end.pid)) was ended by \(signal)"
      if let place = crash.functions.first {
        message += " in \(place)"
      }
      if signal == .kill && end.report.crashSignal == nil {
        message += "; if nobody sent it, the kernel ran out of memory: see dmesg(1)"
      }
      if dumpedCore { message += " (core dumped)" }
      return PoolError(.workerCrashed, message, crash: crash)
    }
  }

  /// The addresses of a crash's frames, as addresses inside of the calls.
  private static func calls(_ frames: [UInt]) -> [UInt] {
    // Behind the first, a frame's is the one after the call.
    frames.enumerated().map { $0.offset == 0 ? $0.element : $0.element &- 1 }
  }

  private static func crash(
    _ end: WorkerEnd, exitCode: Int32?, signal: Signal?, images: [MappedFile]
  ) -> WorkerCrash {
    // The handler's word counts only for the signal that it saw.
    let seen = signal != nil && end.report.crashSignal == signal?.rawValue
    let hasAddress = signal?.hasFaultAddress ?? false
    return WorkerCrash(
      processIdentifier: end.pid, exitCode: exitCode, signal: signal,
      faultAddress: seen && hasAddress ? end.report.faultAddress : nil,
      functions: seen ? FunctionNames.crashed(at: calls(end.report.frames), images: images) : [],
      lastLines: end.lastLines)
  }
}
