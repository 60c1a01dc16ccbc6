import Tandem
import Testing

private struct Doubling: WorkerTask {
  var number: Int
  func run() -> Int { 2 * number }
}

@Suite("One worker process", .timeLimit(.minutes(10)))
struct WorkerProcessTests {
  @Test("A closure gets its input and gives its result")
  func closure() async throws {
    let process = WorkerProcess(input: 21) { 2 * $0 }
    try process.start()
    #expect(try await process.value == 42)
    #expect(!process.isAlive)
  }

  @Test("A private task type crosses")
  func privateTask() async throws {
    let process = WorkerProcess(task: Doubling(number: 4))
    try process.start()
    #expect(try await process.value == 8)
  }

  @Test("A fresh exec gives the same")
  func spawn() async throws {
    let process = WorkerProcess(startMethod: .spawn, input: [1, 2, 3]) { $0.reduce(0, +) }
    try process.start()
    #expect(try await process.value == 6)
  }

  @Test(
    "A trap is an error with the signal and the function's name",
    arguments: [StartMethod.forkServer, .spawn])
  func trap(method: StartMethod) async throws {
    let process = WorkerProcess(startMethod: method, input: 3) { overrun($0) }
    try process.start()
    let outcome = try await process.join()
    guard case .signaled(let signal, let error) = outcome else {
      Issue.record("not a signal: \(outcome)")
      return
    }
    print(error)
    #expect([.illegalInstruction, .trap].contains(signal))
    #expect(error.crash?.functions.contains { $0.contains("overrun") } == true)
  }
}

@inline(never)
private func overrun(_ index: Int) -> Int {
  let few = Array(0..<max(1, index - 2))
  return few[index]
}
