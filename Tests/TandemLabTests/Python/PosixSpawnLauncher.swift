import Foundation
import Glibc
import Synchronization
import TandemLab
import TandemSystem
import TandemTestSupport

/// Starts programs without the fork server, each in a session of its own, whose leader the test knows.
final class PosixSpawnLauncher: ProgramLauncher {
  private let started = Mutex<[pid_t]>([])
  /// Called with each process group as soon as it exists.
  let onStart: @Sendable (pid_t) -> Void

  init(onStart: @escaping @Sendable (pid_t) -> Void = { _ in }) {
    self.onStart = onStart
  }

  /// The process groups that were started.
  var groups: [pid_t] { started.withLock { $0 } }

  func launch(
    path: String, arguments: [String], environment: [String]?, timeout: Duration?
  ) async throws -> ProgramResult {
    var spawner = Spawner(path, [path] + arguments)
    if let environment {
      let pairs = environment.map { $0.split(separator: "=", maxSplits: 1).map { String($0) } }
      spawner.environment = Dictionary(
        pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }, uniquingKeysWith: { $1 })
    }
    spawner.output = .nothing
    try Task.checkCancellation()
    let program = try spawner.start()
    started.withLock { $0.append(program.pid) }
    onStart(program.pid)
    return try await withTaskCancellationHandler {
      let result = try await withCheckedThrowingContinuation { continuation in
        // A thread of its own: waiting must not take one of those that run Swift's tasks.
        Thread.detachNewThread {
          continuation.resume(with: Result { try Self.end(of: program, timeout: timeout) })
        }
      }
      try Task.checkCancellation()
      return result
    } onCancel: {
      program.endSession()
    }
  }

  private static func end(
    of program: SpawnedProgram, timeout: Duration?
  ) throws -> ProgramResult {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var timedOut = false
    // Standard error ends when nobody of the session has it any more.
    while program.errorEndedAt == nil {
      let left = deadline.map { $0 - ContinuousClock.now } ?? .seconds(1)
      program.take(for: timedOut ? .seconds(1) : min(left, .seconds(1)))
      if let deadline, !timedOut, ContinuousClock.now >= deadline {
        timedOut = true
        program.endSession()
      }
    }
    let status = try program.end()
    let tail = String(decoding: program.errorBytes.suffix(65_536), as: UTF8.self)
    return switch status {
    case .exited(let code):
      ProgramResult(
        exitCode: code, signal: nil, standardErrorTail: tail, timedOut: timedOut)
    case .signaled(let signal, _):
      ProgramResult(
        exitCode: nil, signal: signal, standardErrorTail: tail, timedOut: timedOut)
    }
  }
}

/// The processes of a group that still have a program: a zombie has none (proc(5), `exe`).
func living(inGroup group: pid_t) -> [pid_t] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return names.compactMap(pid_t.init).filter { pid in
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return false }
    let fields = stat[name...].split(separator: " ")
    guard fields.count > 3, fields[3] == "\(group)" else { return false }
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) != nil
  }
}
