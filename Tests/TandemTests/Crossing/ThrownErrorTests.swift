import Tandem
import TandemSystem
import Testing

/// What a task throws in a worker process, its caller catches.
@Suite("Errors that cross from a worker process", .timeLimit(.minutes(10)))
struct ThrownErrorTests {
  // MARK: With their own type

  @Test("Structs, enumerations with payloads, classes, private, local, nested and generic types")
  func ownTypes() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      try await expect(
        Refused(path: "/a", reasons: ["b", "c"]), from: pool.submit(Throwing(what: .structure)))
      try await expect(
        Weather.storm(wind: 11, from: ["NW"]), from: pool.submit(Throwing(what: .enumeration)))
      try await expect(Weather.calm, from: pool.submit(Throwing(what: .plainCase)))
      try await expect(Hidden(number: 42), from: pool.submit(Throwing(what: .hidden)))
      try await expect(Outer.Inner(text: "in"), from: pool.submit(Throwing(what: .nested)))
      try await expect(
        Wrapped(content: ["a": [1, 2]]), from: pool.submit(Throwing(what: .generic)))
      try await expect(Fault(number: 7), from: pool.submit(Throwing(what: .object)))
      try await expect(Hidden(number: 43), from: pool.submit(Throwing(what: .typed)))
      struct Local: Error, Codable, Equatable {
        var number: Int
      }
      try await expect(
        Local(number: 3),
        from: pool.submit(3) { (number: Int) -> Int in throw Local(number: number) })
    }
  }

  @Test("A process with one task throws them too", arguments: [StartMethod.forkServer, .spawn])
  func oneProcess(method: StartMethod) async throws {
    let process = WorkerProcess(startMethod: method, task: Throwing(what: .hidden))
    try process.start()
    let outcome = try await joined(process)
    guard case .threw(let error as Hidden) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(error == Hidden(number: 42))
    await #expect(throws: Hidden(number: 42)) { try await process.value }
    #expect(process.thrownIn.first?.contains("Throwing.run") == true, "\(process.thrownIn)")
  }

  @Test("map throws them, and outcomes hold them, each item its own")
  func manyItems() async throws {
    try await ProcessPool.with(workers: 2) { pool in
      await #expect(throws: Hidden(number: 7)) {
        try await pool.map([1, 7, 3]) { number in
          if number == 7 { throw Hidden(number: number) }
          return number
        }
      }
      let outcomes = try await pool.mapResults(0..<100) { number in
        if number % 3 == 0 { throw Hidden(number: number) }
        return number
      }
      #expect(outcomes.count == 100)
      for (number, outcome) in outcomes.enumerated() {
        switch outcome {
        case .success(let value): #expect(value == number && number % 3 != 0)
        case .failure(let error): #expect(error as? Hidden == Hidden(number: number))
        }
      }
    }
  }

  // MARK: Described

  @Test("What is not Codable, or is private and generic, is described")
  func described() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let object = try await remote(pool.submit(Throwing(what: .notCodable)))
      #expect(object.typeName == "TandemTests.Unsendable", "\(object)")
      #expect(object.message == "not to be sent")
      let generic = try await remote(pool.submit(Throwing(what: .hiddenGeneric)))
      #expect(generic.typeName.contains("HiddenBox<Swift.Int>"), "\(generic)")
      let stubborn = try await remote(pool.submit(Throwing(what: .failsToEncode)))
      #expect(stubborn.message == "stubborn encoding")
      let undecodable = try await remote(pool.submit(Throwing(what: .failsToDecode)))
      #expect(undecodable.message == "stubborn decoding")
      // The pool goes on.
      #expect(try await pool.run(2) { $0 + 1 } == 3)
    }
  }

  // MARK: Where

  @Test("The functions that it came through are told, innermost first", arguments: [true, false])
  func threeDeep(isCodable: Bool) async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let handle = try pool.submit(isCodable) { try outermost($0) }
      let error = await #expect(throws: (any Error).self) { try await handle.value }
      expectThreeDeep(handle.thrownIn)
      if isCodable {
        #expect(error is Hidden)
      } else {
        let remote = try #require((error as? PoolError)?.cause as? RemoteError)
        #expect(remote.thrownIn == handle.thrownIn)
        let description = "\(try #require(error))"
        #expect(description.contains("├─ thrown in "), "\(description)")
      }
    }
  }

  @Test("A worker that was executed anew tells them too")
  func threeDeepSpawned() async throws {
    let process = WorkerProcess(startMethod: .spawn, input: true) { try outermost($0) }
    try process.start()
    _ = try await joined(process)
    expectThreeDeep(process.thrownIn)
  }

  @Test("Errors of async functions and of child tasks are told")
  func asyncFunctions() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      for isChild in [false, true] {
        let handle = try pool.submit(AsyncThrowing(inChildTask: isChild))
        await #expect(throws: Hidden(number: 5)) { try await handle.value }
        // An optimiser inlines them.
        #if DEBUG
          #expect(handle.thrownIn.first?.contains("innermostAsync") == true, "\(handle.thrownIn)")
          #expect(
            handle.thrownIn.dropFirst().first?.contains("outermostAsync") == true,
            "\(handle.thrownIn)")
        #endif
      }
    }
  }

  @Test("An error that was caught before is not taken for the one that came through")
  func caughtBefore() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let handle = try pool.submit(5) { (number: Int) -> Int in
        for _ in 0..<number { _ = try? outermost(true) }
        return try other(number)
      }
      await #expect(throws: Hidden(number: 5)) { try await handle.value }
      #expect(handle.thrownIn.first?.contains("other") == true, "\(handle.thrownIn)")
    }
  }

  @Test("Work that succeeds, and threads, tell nothing")
  func nothing() async throws {
    try await ProcessPool.with(workers: 1) { pool in
      let handle = try pool.submit(5) { $0 + 1 }
      #expect(try await handle.value == 6)
      #expect(handle.thrownIn.isEmpty)
    }
    try await ThreadPool.with(workers: 1) { pool in
      let handle = try pool.submit(true) { try outermost($0) }
      await #expect(throws: Hidden(number: 1)) { try await handle.value }
      #expect(handle.thrownIn.isEmpty)
    }
  }

  // MARK: Workers that are not trusted

  @Test("A descriptor counts only where the program lists one, of the right kind, in the same file")
  func hostileDescriptors() throws {
    guard case .descriptor(let place) = ErrorType(Hidden.self) else {
      Issue.record("no descriptor")
      return
    }
    #expect(ErrorType.descriptor(place).resolve() == Hidden.self)
    for distance in [1, 4, 8, 16, 64, 4096] as [UInt64] {
      var other = place
      other.offset &+= distance
      // The next descriptor may happen to be an error's.
      let type = ErrorType.descriptor(other).resolve()
      #expect(type == nil || type != Hidden.self)
    }
    for offset in [0, 1, .max, .max - 7, 1 << 47, place.offset &+ 1 << 40] as [UInt64] {
      var other = place
      other.offset = offset
      #expect(ErrorType.descriptor(other).resolve() == nil)
    }
    var elsewhere = place
    elsewhere.image = "/nowhere"
    #expect(ErrorType.descriptor(elsewhere).resolve() == nil)
    var changed = place
    changed.identity?.inode &+= 1
    #expect(changed.identity != nil)
    #expect(ErrorType.descriptor(changed).resolve() == nil)
  }

  @Test(
    "A name counts only when it is made of letters and digits, and is that of an error that can cross"
  )
  func hostileNames() throws {
    guard case .mangledName(let name) = ErrorType(Wrapped<Int>.self) else {
      Issue.record("no name")
      return
    }
    #expect(ErrorType.mangledName(name).resolve() == Wrapped<Int>.self)
    // A reference to an address, as the compiler writes it: a kind below 0x20 and a distance.
    for kind in 0..<0x20 as Range<UInt8> {
      let reference = String(decoding: [kind, 1, 1, 1, 1], as: UTF8.self)
      #expect(ErrorType.mangledName(reference).resolve() == nil)
      #expect(ErrorType.mangledName("Say" + reference + "G").resolve() == nil)
      #expect(ErrorType.mangledName(name + reference).resolve() == nil)
    }
    // Types, but no errors: Int, an array of strings, a tuple, a function.
    for other in ["Si", "SaySSG", "Si_Sit", "SiSic", "ypXp"] {
      #expect(ErrorType.mangledName(other).resolve() == nil)
    }
    let long =
      String(repeating: "Say", count: 100_000) + "Si" + String(repeating: "G", count: 100_000)
    for none in ["", " ", "\u{7f}", "é", "\0", "$", "SaySi$G", name + "$", "_", "nonsense", long] {
      #expect(ErrorType.mangledName(none).resolve() == nil)
    }
    let deep = String(repeating: "Say", count: 250) + "Si" + String(repeating: "G", count: 250)
    #expect(ErrorType.mangledName(deep).resolve() == nil)
  }
}

private func expect<Output, Thrown: Error & Equatable>(
  _ expected: Thrown, from handle: TaskHandle<Output>,
  at location: SourceLocation = #_sourceLocation
) async throws {
  await #expect(throws: expected, sourceLocation: location) { try await handle.value }
}

private func remote<Output>(
  _ handle: TaskHandle<Output>, at location: SourceLocation = #_sourceLocation
) async throws -> RemoteError {
  let thrown = await #expect(throws: PoolError.self, sourceLocation: location) {
    try await handle.value
  }
  let error = try #require(thrown, sourceLocation: location)
  #expect(error.code == .taskFailed, sourceLocation: location)
  return try #require(error.cause as? RemoteError, sourceLocation: location)
}

private func expectThreeDeep(
  _ functions: [String], at location: SourceLocation = #_sourceLocation
) {
  // An optimiser merges functions that are alike and calls others in tail position.
  #if !DEBUG
    #expect(!functions.isEmpty, sourceLocation: location)
  #else
    let names = ["innermost", "middle", "outermost"]
    #expect(functions.count >= 3, "\(functions)", sourceLocation: location)
    for (function, name) in zip(functions, names) {
      #expect(function.contains("TandemTests.\(name)("), "\(functions)", sourceLocation: location)
    }
    // Nothing of what calls the work.
    #expect(
      !functions.contains { $0.contains("Runner") || $0.contains("WorkerMain") }, "\(functions)",
      sourceLocation: location)
  #endif
}

// MARK: What the workers do

// Not inlined, so that optimised builds have them too.
@inline(never) private func innermost(_ isCodable: Bool) throws -> Int {
  if isCodable { throw Hidden(number: 1) }
  throw Unsendable()
}

@inline(never) private func middle(_ isCodable: Bool) throws -> Int {
  try innermost(isCodable) + 1
}

@inline(never) private func outermost(_ isCodable: Bool) throws -> Int {
  try middle(isCodable) + 1
}

@inline(never) private func other(_ number: Int) throws -> Int { throw Hidden(number: number) }

@inline(never) private func typed(_ number: Int) throws(Hidden) -> Int {
  throw Hidden(number: number)
}

@inline(never) private func innermostAsync(_ number: Int) async throws -> Int {
  await Task.yield()
  throw Hidden(number: number)
}

@inline(never) private func outermostAsync(_ number: Int) async throws -> Int {
  try await innermostAsync(number) + 1
}

private struct AsyncThrowing: WorkerTask {
  var inChildTask: Bool

  func run() async throws -> Int {
    guard inChildTask else { return try await outermostAsync(5) + 1 }
    return try await withThrowingTaskGroup(of: Int.self) { group in
      group.addTask { try await outermostAsync(5) + 1 }
      return try await group.next() ?? 0
    }
  }
}

private struct Throwing: WorkerTask {
  enum What: Codable {
    case structure, enumeration, plainCase, hidden, nested, generic, object, typed
    case notCodable, hiddenGeneric, failsToEncode, failsToDecode
  }
  var what: What

  func run() throws -> Int {
    switch what {
    case .structure: throw Refused(path: "/a", reasons: ["b", "c"])
    case .enumeration: throw Weather.storm(wind: 11, from: ["NW"])
    case .plainCase: throw Weather.calm
    case .hidden: throw Hidden(number: 42)
    case .nested: throw Outer.Inner(text: "in")
    case .generic: throw Wrapped(content: ["a": [1, 2]])
    case .object: throw Fault(number: 7)
    case .typed: return try typed(43)
    case .notCodable: throw Unsendable()
    case .hiddenGeneric: throw HiddenBox(content: 1)
    case .failsToEncode: throw Stubborn(when: "encoding")
    case .failsToDecode: throw Stubborn(when: "decoding")
    }
  }
}

struct Refused: Error, Codable, Equatable {
  var path: String
  var reasons: [String]
}

enum Weather: Error, Codable, Equatable {
  case calm
  case storm(wind: Int, from: [String])
}

private struct Hidden: Error, Codable, Equatable {
  var number: Int
}

enum Outer {
  struct Inner: Error, Codable, Equatable {
    var text: String
  }
}

struct Wrapped<Content: Codable & Sendable & Equatable>: Error, Codable, Equatable {
  var content: Content
}

private struct HiddenBox<Content: Codable & Sendable>: Error, Codable {
  var content: Content
}

final class Fault: Error, Codable, Equatable {
  let number: Int
  init(number: Int) { self.number = number }
  static func == (left: Fault, right: Fault) -> Bool { left.number == right.number }
}

final class Unsendable: Error, CustomStringConvertible {
  var description: String { "not to be sent" }
}

private struct Stubborn: Error, Codable, CustomStringConvertible {
  var when: String

  init(when: String) { self.when = when }

  init(from decoder: any Decoder) throws {
    when = try decoder.singleValueContainer().decode(String.self)
    if when == "decoding" { throw Stubborn(when: "twice") }
  }

  func encode(to encoder: any Encoder) throws {
    if when == "encoding" { throw Stubborn(when: "twice") }
    var container = encoder.singleValueContainer()
    try container.encode(when)
  }

  var description: String { "stubborn \(when)" }
}
