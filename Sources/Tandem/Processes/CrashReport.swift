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
      if end.traces.execError != 0 {
        let error = Errno(rawValue: end.traces.execError)
        return PoolError(.cannotStart, "\(name) could not be executed: \(error)", cause: error)
      }
      return PoolError(
        .workerExited,
        "\(name) (process \(end.pid)) exited with code \(code) before it gave a result",
        crash: crash)
    case .ended(.signaled(let signal, let dumpedCore)):
      let crash = crash(end, exitCode: nil, signal: signal, images: images)
      var message = "\(name) (process \(end.pid)) was ended by \(SignalName.of(signal))"
      if let place = crash.functions.first {
        message += " in \(place)"
      }
      if signal == 9 && end.traces.crashSignal == nil {
        message += "; if nobody sent it, the kernel ran out of memory: see dmesg(1)"
      }
      if dumpedCore { message += " (core dumped)" }
      return PoolError(.workerCrashed, message, crash: crash)
    }
  }

  private static func crash(
    _ end: WorkerEnd, exitCode: Int32?, signal: Int32?, images: [MappedFile]
  ) -> WorkerCrash {
    // The handler's word counts only for the signal that it saw.
    let seen = signal != nil && end.traces.crashSignal == signal
    let hasAddress = signal.map { [4, 5, 7, 8, 11].contains($0) } ?? false
    return WorkerCrash(
      processIdentifier: end.pid, exitCode: exitCode, signal: signal,
      signalName: signal.map { SignalName.of($0) },
      faultAddress: seen && hasAddress ? end.traces.faultAddress : nil,
      functions: seen ? functions(end.traces.frames, images: images) : [],
      lastLines: end.lastLines)
  }

  /// The names of the functions that addresses of a worker lie in, innermost first, without the
  /// language's own machinery at the one end and Tandem's at the other.
  ///
  /// The worker is the same binary, so this process's own files name its functions.
  private static func functions(_ frames: [UInt], images: [MappedFile]) -> [String] {
    let sorted = images.sorted { $0.base < $1.base }
    var places: [String: [(index: Int, address: UInt64)]] = [:]
    for (index, frame) in frames.enumerated() {
      // A return address is the one after the call.
      let address = index == 0 ? frame : frame &- 1
      guard let image = sorted.last(where: { $0.base <= address }) else { continue }
      places[image.path, default: []].append((index, UInt64(address - image.base)))
    }
    var names = [String?](repeating: nil, count: frames.count)
    for (path, places) in places {
      guard let table = SymbolTables.of(path: path) else { continue }
      let addresses = places.map { $0.address &+ table.firstAddress }
      for (place, symbol) in zip(places, table.functions(at: addresses)) {
        names[place.index] = symbol?.name
      }
    }
    let known = names.compactMap(\.self)
    let end = known.firstIndex(where: isOurs) ?? known.endIndex
    let trimmed = known[..<end].drop(while: isRuntime)
    return (trimmed.isEmpty ? known[...] : trimmed).map { Demangler.short($0) }
  }

  /// Whether a symbol belongs to what calls the work in a worker.
  private static func isOurs(_ symbol: String) -> Bool {
    ["10WorkerMain", "14PoolWorkerMain", "13ClosureRunner", "11AsyncRunner", "10MainThread"]
      .contains { symbol.contains("6Tandem\($0)") }
  }

  /// Whether a symbol belongs to the language's own machinery rather than to somebody's program: in the
  /// standard library (module `s`), or C's ways to end a process.
  private static func isRuntime(_ symbol: String) -> Bool {
    symbol.hasPrefix("$ss") || symbol.hasPrefix("$sS") || symbol.hasPrefix("swift_")
      || symbol.hasPrefix("_swift") || symbol.hasPrefix("__")
      || ["abort", "raise", "gsignal", "pthread_kill"].contains(symbol)
  }
}
