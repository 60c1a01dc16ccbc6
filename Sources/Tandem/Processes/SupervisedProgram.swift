internal import TandemSystem

/// Another program, run as a child of the fork server: it leads a process group of its own, is accounted
/// for by wait4(2), and ends with this process, whatever ends this process.
package final class SupervisedProgram: Sendable {
  /// How the program ended.
  package struct End: Sendable {
    /// The exit code; nil when a signal ended it.
    package var exitCode: Int32?
    /// The signal that ended it; nil when it exited.
    package var signal: Signal?
    /// The last lines that it wrote to standard error.
    package var lastLines: [String]
    /// What the kernel accounted to it and the children that it waited for.
    package var usage: ProcessUsage?
  }

  private let name: String
  private let started: WorkerLaunch.Started

  /// Starts a program; its standard input and output are `/dev/null`, its standard error is kept.
  ///
  /// - Parameters:
  ///   - path: the program's file.
  ///   - arguments: what follows its name.
  ///   - environment: `NAME=value` each; nil for this process's own.
  /// - Throws: what starting a worker process throws.
  package init(
    path: String, arguments: [String], environment: [String]? = nil
  ) throws(PoolError) {
    name = path
    started = try WorkerLaunch.start(
      LaunchPlan(
        name: String(path.split(separator: "/").last ?? "program"),
        begin: .program(path: path, arguments: arguments, environment: environment), task: [],
        standardError: .keptOnly, standardOutput: .keptOnly))
  }

  /// The process's number.
  package var processIdentifier: Int32 { started.pid }

  /// Sends a signal to the program's process group.
  ///
  /// - Parameter signal: the signal.
  package func send(_ signal: Signal) {
    started.server.requestSignal(signal, worker: started.channel.id)
  }

  /// Waits for the program's end; cancelling the waiting task ends the program and everything in its
  /// process group (SIGKILL).
  ///
  /// - Returns: how it ended.
  /// - Throws: `cannotStart` when the file could not be executed, `serverLost`.
  package func end() async throws(PoolError) -> End {
    let end = await withTaskCancellationHandler {
      await started.channel.end.wait()
    } onCancel: {
      send(.kill)
    }
    switch end.cause {
    case .ended(.exited(let code)) where end.report.execError == 0:
      return End(exitCode: code, lastLines: end.lastLines, usage: end.usage)
    case .ended(.signaled(let signal, _)):
      return End(signal: Signal(number: signal), lastLines: end.lastLines, usage: end.usage)
    default:
      throw CrashReport.error(end, name: name, images: [])
    }
  }
}
