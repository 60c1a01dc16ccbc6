import TandemSystem
import TandemTestSupport
import Testing

/// Fixtures say what they found, a line a check; the tests below hold every one of them.
@Suite("What crosses to a worker process", .timeLimit(.minutes(10)))
struct CrossingTests {
  @Test(
    "Closures that could read variables of a main.swift are refused by name",
    arguments: ["TopLevelInt", "TopLevelArray"])
  func topLevelVariables(fixture: String) async throws {
    try await expectAllChecks(fixture, atLeast: 10)
  }

  @Test("Static properties have their initial values in a worker; input and tasks are the cure")
  func staticVariables() async throws {
    try await expectAllChecks("StaticVariable", atLeast: 4)
  }

  @Test("Every shape of closure crosses or is refused, and never runs wrongly")
  func closureShapes() async throws {
    try await expectAllChecks("ClosureShapes", atLeast: 60)
  }

  @Test("Private, local, nested, generic, class and enumeration types cross")
  func taskTypes() async throws {
    try await expectAllChecks("TaskTypes", atLeast: 40)
  }
}

/// Runs a fixture and holds each of its checks, and that it leaves nothing behind.
///
/// - Parameters:
///   - fixture: the fixture's name.
///   - arguments: what follows its name.
///   - environment: variables in addition to this process's own.
///   - atLeast: how many checks there must be.
///   - location: the test's.
/// - Throws: when the fixture can't be started.
func expectAllChecks(
  _ fixture: String, _ arguments: String..., environment: [String: String] = [:], atLeast: Int = 1,
  at location: SourceLocation = #_sourceLocation
) async throws {
  let run = try await FixtureRun.of(fixture, arguments, environment: environment)
  #expect(run.status == .exited(code: 0), "\(run.report)", sourceLocation: location)
  #expect(run.leftBehind.isEmpty, "\(run.report)", sourceLocation: location)
  let failed = run.lines.filter { !$0.hasPrefix("ok ") }
  #expect(failed.isEmpty, sourceLocation: location)
  #expect(run.lines.count >= atLeast, "\(run.report)", sourceLocation: location)
}
