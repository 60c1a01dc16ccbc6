import Glibc
import Tandem
import Testing

/// However a worker process ends, its parent learns how, and goes on.
@Suite("How worker processes end", .timeLimit(.minutes(10)))
struct WorkerEndTests {
  // MARK: Exits

  @Test("exit and _exit are told with their codes", arguments: [3, 0, 255] as [Int32])
  func exits(code: Int32) async throws {
    try await expectExit(code: code, WorkerProcess(input: code) { exit($0) })
    try await expectExit(code: code, WorkerProcess(input: code) { _exit($0) })
  }

  @Test("A worker that closes its connection exits without a result")
  func closedConnection() async throws {
    let process = WorkerProcess(input: 3 as Int32) { close($0) }
    try await expectExit(code: 0, process)
  }

  @Test("Bytes that are no reply are an error, not a trap")
  func garbage() async throws {
    let process = WorkerProcess(input: [UInt8](repeating: 0x5a, count: 4096)) { bytes in
      let sent = send(3, bytes, bytes.count, 0)
      return sent == bytes.count ? 0 : exitNow(1)
    }
    try process.start()
    let error = try #require(try await joined(process).error as? PoolError)
    #expect(error.code == .decodingFailed)
  }

  @Test("A worker that dies in the middle of its reply has no result")
  func halfAReply() async throws {
    // The header of a result of 16 MiB, and then only a part of it.
    let header: [UInt8] = [0xa1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    let process = WorkerProcess(input: header + [UInt8](repeating: 1, count: 300_000)) { bytes in
      _ = send(3, bytes, bytes.count, 0)
      return exitNow(4)
    }
    try await expectExit(code: 4, process)
  }

  // MARK: Signals

  @Test("abort is told as SIGABRT")
  func aborts() async throws {
    let crash = try await expectSignal([.abort], WorkerProcess(input: 0) { aborted($0) })
    #expect(crash.functions.first?.contains("aborted") == true, "\(crash)")
  }

  @Test(
    "A bad pointer is told with its address and the function",
    arguments: [StartMethod.forkServer, .spawn])
  func badPointer(method: StartMethod) async throws {
    let crash = try await expectSignal(
      [.segmentationFault], WorkerProcess(startMethod: method, input: 0x1230) { writeThrough($0) })
    #expect(crash.faultAddress == 0x1230)
    #expect(crash.functions.first?.contains("writeThrough") == true, "\(crash)")
  }

  @Test("A stack overflow is told as SIGSEGV, with the function")
  func stackOverflow() async throws {
    let crash = try await expectSignal(
      [.segmentationFault], WorkerProcess(input: 1) { descend($0) })
    #expect(crash.functions.first?.contains("descend") == true, "\(crash.functions.prefix(3))")
  }

  @Test("fatalError is told with its message")
  func fatal() async throws {
    let crash = try await expectSignal(
      [.illegalInstruction, .trap], WorkerProcess(input: "the reason") { failFatally($0) })
    #expect(crash.lastLines.contains { $0.contains("the reason") }, "\(crash)")
    #expect(crash.functions.first?.contains("failFatally") == true, "\(crash)")
  }

  @Test("A division by zero is told as a trap")
  func division() async throws {
    try await expectSignal(
      [.illegalInstruction, .trap, .arithmeticError], WorkerProcess(input: 0) { divide(1, by: $0) })
  }

  @Test("A crash in another thread of the worker is told")
  func otherThread() async throws {
    let process = WorkerProcess(input: 0x1230) { address in
      let thread = WorkerThread { writeThrough(address) }
      try thread.start()
      _ = try thread.join()
      return 0
    }
    let crash = try await expectSignal([.segmentationFault], process)
    #expect(crash.functions.first?.contains("writeThrough") == true, "\(crash)")
  }

  @Test("SIGKILL from outside is told, with a hint at memory")
  func killedFromOutside() async throws {
    let process = WorkerProcess(input: 0) { waitForEver($0) }
    try process.start()
    let pid = try #require(process.processIdentifier)
    #expect(Glibc.kill(pid, SIGKILL) == 0)
    guard case .signaled(.kill, let error) = try await joined(process) else {
      Issue.record("not killed")
      return
    }
    #expect(error.code == .workerCrashed)
    #expect(error.message.contains("memory"))
    #expect(error.crash?.processIdentifier == pid)
    #expect(error.crash?.functions == [])
  }

  @Test("SIGTERM from outside is told as such")
  func terminatedFromOutside() async throws {
    let process = WorkerProcess(input: 0) { waitForEver($0) }
    try process.start()
    process.terminate()
    guard case .signaled(.terminate, let error) = try await joined(process) else {
      Issue.record("not ended by SIGTERM")
      return
    }
    #expect(error.crash?.signal?.description == "SIGTERM")
    #expect(!error.message.contains("memory"))
  }

  @Test("One worker's crash leaves the others alone")
  func isolated() async throws {
    let processes = (0..<6).map { index in
      WorkerProcess(input: index) { $0 == 2 ? aborted($0) : 10 * $0 }
    }
    for process in processes { try process.start() }
    for (index, process) in processes.enumerated() {
      switch try await joined(process) {
      case .value(let value): #expect(value == 10 * index)
      case .signaled(.abort, _): #expect(index == 2)
      case let other: Issue.record("\(index): \(other)")
      }
    }
  }

  // MARK: Results and errors

  @Test("A result of 64 MiB arrives whole")
  func largeResult() async throws {
    let process = WorkerProcess(input: 64 << 20) { [UInt8](repeating: 9, count: $0) + [8] }
    try process.start()
    let value = try await joined(process).get()
    #expect(value.count == 64 << 20 + 1)
    #expect(value.first == 9 && value.last == 8)
  }

  @Test("A thrown error that is not Codable is told by its type's name and description")
  func thrown() async throws {
    let process = WorkerProcess(input: "milk") { (name: String) -> Int in
      throw Grumble(about: name)
    }
    try process.start()
    guard case .threw(let error as PoolError) = try await joined(process) else {
      Issue.record("nothing was thrown")
      return
    }
    #expect(error.code == .taskFailed)
    let remote = try #require(error.cause as? RemoteError)
    #expect(remote.typeName.hasPrefix("TandemTests.") && remote.typeName.contains("Grumble"))
    #expect(remote.message == "no more milk")
    #expect(error.message.contains("no more milk"))
    await #expect(throws: PoolError.self) { try await process.value }
  }

  @Test("A result that fails to encode is an error with its cause")
  func resultDoesNotEncode() async throws {
    let error = try await failure(WorkerProcess(input: 0) { _ in Stubborn(refuses: .encoding) })
    #expect(error.code == .encodingFailed)
    #expect("\(error)".contains("Stubborn") && "\(error)".contains("no more encoding"), "\(error)")
  }

  @Test("A result that fails to decode is an error in the parent")
  func resultDoesNotDecode() async throws {
    let error = try await failure(WorkerProcess(input: 0) { _ in Stubborn(refuses: .decoding) })
    #expect(error.code == .decodingFailed)
    #expect("\(error)".contains("Stubborn") && "\(error)".contains("no more decoding"), "\(error)")
  }

  @Test("An input that fails to encode is an error at the start")
  func inputDoesNotEncode() throws {
    let process = WorkerProcess(input: Stubborn(refuses: .encoding)) { _ in 0 }
    let error = #expect(throws: PoolError.self) { try process.start() }
    #expect(error?.code == .encodingFailed)
    #expect(!process.isAlive && process.processIdentifier == nil)
  }

  @Test("An input that fails to decode is an error in the worker")
  func inputDoesNotDecode() async throws {
    let error = try await failure(WorkerProcess(input: Stubborn(refuses: .decoding)) { _ in 0 })
    #expect(error.code == .decodingFailed)
  }

  @Test("A crash while the input is decoded or the result encoded is told")
  func crashWhileCoding() async throws {
    try await expectSignal(
      [.abort], WorkerProcess(input: Stubborn(refuses: .survivingDecoding)) { _ in 0 })
    try await expectSignal(
      [.abort], WorkerProcess(input: 0) { _ in Stubborn(refuses: .survivingEncoding) })
  }

  @Test("An error that is the result is a value, not thrown")
  func errorAsAValue() async throws {
    let process = WorkerProcess(input: "milk") { Complaint(about: $0) }
    try process.start()
    #expect(try await joined(process).get().about == "milk")
  }
}

// MARK: What the workers do

private struct Complaint: Error, Codable, CustomStringConvertible {
  var about: String
  var description: String { "no more \(about)" }
}

private struct Grumble: Error, CustomStringConvertible {
  var about: String
  var description: String { "no more \(about)" }
}

/// A value that refuses one step of its way.
private struct Stubborn: Codable {
  enum Step: String, Codable {
    case encoding, decoding, survivingEncoding, survivingDecoding
  }

  var refuses: Step

  init(refuses: Step) { self.refuses = refuses }

  func encode(to encoder: any Encoder) throws {
    if refuses == .encoding { throw Complaint(about: "encoding") }
    if refuses == .survivingEncoding { abort() }
    var container = encoder.singleValueContainer()
    try container.encode(refuses)
  }

  init(from decoder: any Decoder) throws {
    refuses = try decoder.singleValueContainer().decode(Step.self)
    if refuses == .decoding { throw Complaint(about: "decoding") }
    if refuses == .survivingDecoding { abort() }
  }
}

private func exitNow(_ code: Int32) -> Int { _exit(code) }

@inline(never)
private func aborted(_ number: Int) -> Int {
  abort()
}

@inline(never)
private func writeThrough(_ address: Int) -> Int {
  UnsafeMutablePointer<Int>(bitPattern: address)?.pointee = 1
  return address
}

@inline(never)
private func descend(_ depth: Int) -> Int {
  if depth < 0 { return 0 }
  // Used afterwards, and not only added up: the optimiser would make a loop of that.
  return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { bytes in
    bytes[0] = UInt8(truncatingIfNeeded: depth)
    return descend(depth + 1) / 3 - Int(bytes[0])
  }
}

@inline(never)
private func failFatally(_ reason: String) -> Int {
  fatalError(reason)
}

@inline(never)
private func divide(_ number: Int, by divisor: Int) -> Int { number / divisor }

@Sendable func waitForEver(_ number: Int) -> Int {
  while true { pause() }
}

// MARK: Expectations

/// Waits for a worker's end; the test's time limit ends the worker, and so the wait.
func joined<Output>(_ process: WorkerProcess<Output>) async throws -> WorkerOutcome<Output> {
  try await withTaskCancellationHandler {
    try await process.join()
  } onCancel: {
    process.kill()
  }
}

private func failure<Output>(_ process: WorkerProcess<Output>) async throws -> PoolError {
  try process.start()
  return try #require(try await joined(process).error as? PoolError)
}

private func expectExit<Output>(
  code expected: Int32, _ process: WorkerProcess<Output>,
  at location: SourceLocation = #_sourceLocation
) async throws {
  try process.start()
  let outcome = try await joined(process)
  guard case .exited(let code, let error) = outcome else {
    Issue.record("\(outcome)", sourceLocation: location)
    return
  }
  #expect(code == expected, sourceLocation: location)
  #expect(error.code == .workerExited, sourceLocation: location)
  #expect(error.message.contains("code \(expected)"), sourceLocation: location)
  #expect(error.crash?.exitCode == expected, sourceLocation: location)
  #expect(error.crash?.processIdentifier ?? 0 > 0, sourceLocation: location)
  #expect(!process.isAlive, sourceLocation: location)
}

@discardableResult
private func expectSignal<Output>(
  _ expected: [Signal], _ process: WorkerProcess<Output>,
  at location: SourceLocation = #_sourceLocation
) async throws -> WorkerCrash {
  try process.start()
  let outcome = try await joined(process)
  guard case .signaled(let signal, let error) = outcome else {
    Issue.record("\(outcome)", sourceLocation: location)
    throw CancellationError()
  }
  #expect(expected.contains(signal), sourceLocation: location)
  #expect(error.code == .workerCrashed, sourceLocation: location)
  let crash = try #require(error.crash, sourceLocation: location)
  #expect(crash.signal == signal && crash.exitCode == nil, sourceLocation: location)
  #expect(crash.processIdentifier == process.processIdentifier, sourceLocation: location)
  return crash
}
