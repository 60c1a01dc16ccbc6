import Foundation
import TandemSystem
import TandemTestSupport
import Testing

/// What `compare` promises to a program that imports the library, by a program that does.
@Suite("A user's own closure", .timeLimit(.minutes(10)))
struct CompareClosureTests {
  private func check(
    _ part: String, environment: [String: String] = [:], atLeast: Int
  ) async throws {
    let run = try await FixtureRun.of(
      "CompareClosure", [part], environment: environment, timeout: .seconds(120))
    #expect(run.status == .exited(code: 0), "\(run.report)")
    #expect(run.leftBehind.isEmpty, "\(run.report)")
    #expect(run.lines.filter { !$0.hasPrefix("ok ") } == [])
    #expect(run.lines.count >= atLeast, "\(run.report)")
  }

  @Test func closuresRunUnderEveryModel() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "numbers-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    try await check("closures", environment: ["NUMBERS": file.path], atLeast: 17)
    let calls = try Data(contentsOf: file).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    #expect(Set(calls.keys) == [0, 1, 2, 3, 4])
    // A timed run, a watched one and one for memory of two models, after the first item once.
    #expect(calls == [0: 7, 1: 6, 2: 6, 3: 6, 4: 6])
  }

  @Test func tasksAndAsyncClosuresDoToo() async throws {
    try await check("tasks", atLeast: 36)
  }

  @Test func whatFailsIsSaidInItsPlace() async throws {
    try await check("failures", atLeast: 7)
  }

  @Test func whatCannotBeMeantIsRefused() async throws {
    try await check("refusals", atLeast: 9)
  }
}
