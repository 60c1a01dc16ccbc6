// Every kind of type that a task, its properties and its result can have.

import FixtureSupport
import Tandem

@main
struct TaskTypes {
  static func main() async {
    await plain()
    await generic()
    await results()
    await inputs()
    await large()
    Checks.end()
  }

  /// Runs a task by both start methods.
  static func check<Task: WorkerTask>(
    _ name: String, _ task: Task, gives expected: Task.Output
  ) async where Task.Output: Equatable {
    for method in [StartMethod.forkServer, .spawn] {
      do {
        let process = WorkerProcess(startMethod: method, task: task)
        try process.start()
        let value = try await process.value
        // Not printed when it is right or large.
        Checks.that("\(name), \(method)", value == expected, "\("\(value)".prefix(200))")
      } catch {
        Checks.that("\(name), \(method)", false, "\(error)")
      }
    }
  }

  private static func plain() async {
    struct Local: WorkerTask {
      var number: Int
      func run() -> Int { 3 * number }
    }
    enum LocalEnumeration: WorkerTask {
      case thrice(Int)
      func run() -> Int {
        switch self {
        case .thrice(let number): 3 * number
        }
      }
    }
    await check("an internal task", Internal(number: 14), gives: 42)
    await check("a private task", Private(number: 14), gives: 42)
    await check("a fileprivate task", FilePrivate(number: 14), gives: 42)
    await check("a local task", Local(number: 14), gives: 42)
    await check("a nested task", Outer.Inner.Deepest(number: 14), gives: 42)
    await check("a private task nested in an extension", Outer.privateTask(14), gives: 42)
    await check("an enumeration", Operation.product(6, 7), gives: 42)
    await check("an enumeration without a payload", Operation.answer, gives: 42)
    await check("a local enumeration", LocalEnumeration.thrice(14), gives: 42)
    await check("a class", ClassTask(number: 14), gives: 42)
    await check("a task that suspends", Suspending(number: 14), gives: 42)
    await check("a task without properties", Empty(), gives: 42)
  }

  private static func generic() async {
    await check("a generic task", Box(content: 42), gives: 42)
    await check(
      "a generic task of a generic type", Box(content: ["a": [1, 2]]), gives: ["a": [1, 2]])
    await check(
      "a generic task of an own type", Box(content: Point(x: 1, y: 2)), gives: Point(x: 1, y: 2))
    await check("a task nested in a generic type", Generic<String>.Nested(number: 14), gives: 42)
    do {
      try WorkerProcess(task: SecretBox(content: 42)).start()
      Checks.that("a private generic task", false, "it was started")
    } catch {
      Checks.equal("a private generic task is refused", error.code, .unresolvableType)
      Checks.that("it is named", error.message.contains("SecretBox<Int>"), "\(error)")
      Checks.that("with a cure", error.message.contains("internal"), "\(error)")
    }
  }

  /// Result types by closures, whose input's and output's types are named to the worker.
  private static func results() async {
    struct Local: Codable, Equatable {
      var text: String
    }
    await Self.result(
      "a local struct", gives: Local(text: "3"), WorkerProcess(input: 3) { Local(text: "\($0)") })
    await Self.result(
      "a private struct", gives: Hidden(number: 3), WorkerProcess(input: 3) { Hidden(number: $0) })
    await Self.result(
      "an array of a private struct", gives: [Hidden(number: 3)],
      WorkerProcess(input: 3) { [Hidden(number: $0)] })
    await Self.result(
      "an optional of a local struct", gives: Optional(Local(text: "3")),
      WorkerProcess(input: 3) { Optional(Local(text: "\($0)")) })
    await Self.result(
      "a dictionary of arrays of a private struct", gives: ["a": [Hidden(number: 3)]],
      WorkerProcess(input: 3) { ["a": [Hidden(number: $0)]] })
    await Self.result(
      "an enumeration with payloads", gives: Shape.group([.circle(radius: 1), .none]),
      WorkerProcess(input: 1.0) { Shape.group([.circle(radius: $0), .none]) })
    await Self.result(
      "a class", gives: Node(number: 3, next: Node(number: 4, next: nil)),
      WorkerProcess(input: 3) { Node(number: $0, next: Node(number: $0 + 1, next: nil)) })
    await Self.result(
      "a generic struct", gives: Box(content: Point(x: 1, y: 2)),
      WorkerProcess(input: 1) { Box(content: Point(x: $0, y: 2)) })
    await Self.result(
      "an enumeration of strings", gives: [Color.red: 1],
      WorkerProcess(input: Color.red) { [$0: 1] })
  }

  private static func inputs() async {
    await Self.result(
      "a private struct in", gives: 3, WorkerProcess(input: Hidden(number: 3)) { $0.number })
    await Self.result(
      "an array of a private struct in", gives: 3,
      WorkerProcess(input: [Hidden(number: 3)]) { $0[0].number })
    await Self.result(
      "nested enumerations in", gives: 2,
      WorkerProcess(input: Shape.group([.group([.none]), .circle(radius: 2)])) { $0.depth })
  }

  private static func large() async {
    var bytes = [UInt8](repeating: 7, count: 8 << 20)
    for index in stride(from: 0, to: bytes.count, by: 4097) {
      bytes[index] = UInt8(truncatingIfNeeded: index)
    }
    var expected = bytes
    expected.append(8)
    await check("8 MiB there and back", Appending(bytes: bytes), gives: expected)
  }

  static func result<Output: Codable & Sendable & Equatable>(
    _ name: String, gives expected: Output, _ process: WorkerProcess<Output>
  ) async {
    do {
      try process.start()
      Checks.equal(name, try await process.value, expected)
    } catch {
      Checks.that(name, false, "\(error)")
    }
  }
}

private struct Private: WorkerTask {
  var number: Int
  func run() -> Int { 3 * number }
}

fileprivate struct FilePrivate: WorkerTask {
  var number: Int
  func run() -> Int { 3 * number }
}

private struct SecretBox<Content: Codable & Sendable>: WorkerTask {
  var content: Content
  func run() -> Content { content }
}

private struct Hidden: Codable, Equatable {
  var number: Int
}
