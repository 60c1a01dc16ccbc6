import Foundation
import Testing

/// The demos as a person runs them: the command itself, its real threads and processes.
@Suite(.timeLimit(.minutes(10))) struct DemoTests {
  /// What follows `HH:MM:SS: ` in each line of the log; nil for a line that is not of that form.
  private static func messages(_ lines: some Sequence<Substring>) -> [String?] {
    lines.map { line in
      line.wholeMatch(of: /[0-2][0-9]:[0-5][0-9]:[0-6][0-9]: (.*)/).map { String($0.1) }
    }
  }

  private static func lines(_ arguments: [String]) throws -> [Substring] {
    let outcome = try TandemExecutable.run(["demo"] + arguments)
    #expect(outcome.exitCode == 0)
    #expect(outcome.error == "")
    return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
  }

  private static let asWritten = [
    "Main    : before creating thread",
    "Thread 0: starting", "Thread 0: finishing",
    "Thread 1: starting", "Thread 1: finishing",
    "Thread 2: starting", "Thread 2: finishing",
  ]

  @Test(arguments: [("threads", "threads"), ("processes", "processes")])
  func asWrittenNoTwoOverlap(demo: String, noun: String) throws {
    let lines = try Self.lines([demo, "--work-time", "5ms"])
    #expect(Self.messages(lines.dropLast()) == Self.asWritten)
    let last = try #require(lines.last)
    #expect(last.hasPrefix("concurrency 0.") || last.hasPrefix("concurrency 1.00"))
    #expect(last.contains("no two of the 3 \(noun) were ever at work at the same time"))
    #expect(last.contains("each was joined before the next was started"))
  }

  @Test(arguments: ["threads", "processes"])
  func allAtOnceTheyOverlap(demo: String) throws {
    // Long enough that two of them meet on a machine with one busy CPU, too.
    let lines = try Self.lines([demo, "--schedule", "all-at-once", "--work-time", "400ms"])
    let messages = Self.messages(lines.dropLast())
    #expect(messages.first == "Main    : before creating thread")
    #expect(messages.compactMap(\.self).sorted() == Self.asWritten.sorted())
    let last = try #require(lines.last)
    #expect(last.contains("3 \(demo) were at work at the same time"))
  }

  @Test func aTimeZoneIsHonoured() throws {
    // Kathmandu is 5:45 ahead of UTC, always: its minutes differ from UTC's.
    let before = Date()
    let outcome = try TandemExecutable.run(
      ["demo", "threads", "--workers", "1", "--work-time", "1us"],
      environment: ["TZ": "NPT-5:45"])
    let after = Date()
    let line = try #require(
      String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").first)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 5 * 3600 + 45 * 60))
    let minutes = Set([before, after].map { calendar.component(.minute, from: $0) })
    #expect(minutes.contains { line.dropFirst(3).hasPrefix($0 < 10 ? "0\($0)" : "\($0)") })
  }

  @Test(arguments: [
    ["--workers", "0"], ["--workers", "-1"], ["--workers", "10001"], ["--workers", "many"],
    ["--work-time", "soon"], ["--work-time", "-1s"], ["--work-time", "2h"],
    ["--schedule", "never"],
  ])
  func badInputRunsNothing(arguments: [String]) throws {
    for demo in ["threads", "processes"] {
      let outcome = try TandemExecutable.run(["demo", demo] + arguments)
      #expect(outcome.exitCode == 64)
      #expect(outcome.output.isEmpty)
      #expect(outcome.error.hasPrefix("tandem: "))
    }
  }

  @Test func aProcessThatCannotStartIsOneLineAndAnExitCode() throws {
    // Enough to begin with, too few for a worker process: its page, its socket, its standard error.
    let outcome = try TandemExecutable.run(["demo", "processes"], descriptors: 8)
    #expect(outcome.exitCode == 71)
    #expect(outcome.error.hasPrefix("tandem: "))
    #expect(outcome.error.contains("Too many open files"))
  }
}
