// A program with `@main`: its globals and static properties are made afresh in a worker.

import FixtureSupport
import Tandem

@main
struct StaticVariable {
  nonisolated(unsafe) static var factor = 1
  nonisolated(unsafe) static var zeroed = 0
  nonisolated(unsafe) static var list: [Int] = []

  // It throws, so the symbol of its entry is not the one of a `main` that doesn't.
  static func main() async throws {
    factor = 7
    zeroed = 7
    list = [7]
    global = 7
    globalList.append(7)

    let initial = WorkerProcess(input: 6) { $0 * factor }
    try initial.start()
    Checks.equal("a static property has its initial value", try await initial.value, 6)

    let zero = WorkerProcess(input: 6) { $0 * zeroed + global + list.count + globalList.count }
    try zero.start()
    Checks.equal("and so have globals and lists", try await zero.value, 1)

    let passed = WorkerProcess(input: [6, factor]) { $0[0] * $0[1] }
    try passed.start()
    Checks.equal("passed as input it has its value", try await passed.value, 42)

    let task = WorkerProcess(task: Multiplying(number: 6, factor: factor))
    try task.start()
    Checks.equal("and as a property of a task", try await task.value, 42)
    Checks.end()
  }
}

struct Multiplying: WorkerTask {
  var number: Int
  var factor: Int
  func run() -> Int { number * factor }
}
