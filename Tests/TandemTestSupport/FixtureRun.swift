internal import Glibc
package import TandemSystem

/// One run of a fixture: a small program built beside the tests, run to its end under guards.
///
/// Fixtures start processes that start processes, and a fault in the library could make them do so
/// without end. So each runs in a session of its own, is watched while it runs, and whatever of the
/// session is still there afterwards is killed. (RLIMIT_NPROC would not do: it does not bind root, and
/// for anybody else it counts the processes of the whole desktop.)
package struct FixtureRun: Sendable {
  /// How the fixture itself ended; nil when it had to be stopped.
  package var status: ExitStatus?
  /// What it and its workers wrote to standard output.
  package var output: String
  /// What it and its workers wrote to standard error.
  package var error: String
  /// Why it had to be stopped; nil when it ended by itself.
  package var stopped: String?
  /// The largest number of processes that were seen in its session at one time.
  package var mostProcesses: Int
  /// How long after its end the last process let go of its standard output; nil when one still held
  /// it when the time was over.
  package var outputEndedAfter: Duration?
  /// The processes of its session that were still there when the time was over, with their names.
  package var leftBehind: [String]
  /// How long it ran.
  package var duration: Duration

  /// The lines of its standard output.
  package var lines: [String] { output.split(separator: "\n").map { String($0) } }

  /// Everything, for a failed expectation.
  package var report: String {
    """
    status \(status.map { "\($0)" } ?? "none") after \(duration), at most \(mostProcesses) processes
    stopped: \(stopped ?? "no"); left behind: \(leftBehind)
    --- standard output
    \(output)
    --- standard error
    \(error)
    """
  }

  /// More processes than this in one session are a fault.
  package static let processLimit = 64

  /// Runs a fixture.
  ///
  /// - Parameters:
  ///   - name: the fixture's name, which is its executable's.
  ///   - arguments: what follows its name.
  ///   - environment: variables in addition to, or instead of, this process's own.
  ///   - timeout: how long it may take.
  ///   - afterwards: how long its workers may hold its standard output after its end, and then go on
  ///     running.
  /// - Returns: what came of it.
  /// - Throws: the error number when it can't be started.
  package static func of(
    _ name: String, _ arguments: [String] = [], environment: [String: String] = [:],
    timeout: Duration = .seconds(30), afterwards: Duration = .seconds(3)
  ) async throws -> FixtureRun {
    let path = try buildDirectory() + "/" + name
    var spawner = Spawner(path, [path] + arguments)
    spawner.environment.merge(environment) { $1 }
    spawner.processLimit = processLimit
    let prepared = spawner
    return try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: tests share two threads that must not be blocked.
      do throws(Errno) {
        try OSThread.start(name: "fixture") {
          continuation.resume(
            with: Result { try watch(prepared.start(), timeout: timeout, afterwards: afterwards) })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Watches until the program has ended and nobody holds its standard output any more.
  private static func watch(
    _ program: SpawnedProgram, timeout: Duration, afterwards: Duration
  ) throws -> FixtureRun {
    let began = ContinuousClock.now
    var stopped: String?
    while true {
      // The time limit is only the guard's pace: every event ends the wait at once.
      program.take(for: .milliseconds(50))
      let now = ContinuousClock.now
      stopped = program.excess
      if program.endedAt == nil, now - began > timeout { stopped = "it ran longer than \(timeout)" }
      if stopped != nil { break }
      guard let endedAt = program.endedAt else { continue }
      if program.outputEndedAt != nil || now - endedAt > afterwards { break }
    }
    let left =
      stopped == nil ? program.left(after: afterwards).map { "\($0.key) (\($0.value))" } : []
    program.endSession()
    let status = try program.end()
    var after: Duration?
    if stopped == nil, let endedAt = program.endedAt, let outputEndedAt = program.outputEndedAt {
      after = max(.zero, outputEndedAt - endedAt)
    }
    return FixtureRun(
      status: stopped == nil ? status : nil, output: program.output, error: program.error,
      stopped: stopped, mostProcesses: program.mostProcesses, outputEndedAfter: after,
      leftBehind: left, duration: ContinuousClock.now - began)
  }

  /// Where the running test executable lies, and with it everything that was built with it.
  package static func buildDirectory() throws(Errno) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      count = max(
        0, readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), buffer.count))
    }
    let path = String(decoding: bytes, as: UTF8.self)
    guard let slash = path.lastIndex(of: "/") else { throw .noSuchFile }
    return String(path[..<slash])
  }
}
