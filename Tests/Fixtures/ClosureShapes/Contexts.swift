import Tandem

// Closures written inside other contexts.

struct Settings: Sendable {
  var factor: Int
  static let shared = Settings(factor: 3)

  static func double(_ number: Int) -> Int { 2 * number }
  func scaled(_ number: Int) -> Int { factor * number }

  func withoutSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }

  func withSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { factor * $0 }
  }
}

final class Owner: Sendable {
  let factor: Int
  init(factor: Int) { self.factor = factor }

  func withoutSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }

  func withSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { self.factor * $0 }
  }

  func withWeakSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { [weak self] in (self?.factor ?? 0) * $0 }
  }
}

actor Counter {
  var count = 3

  func withoutSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }

  func async() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { (number: Int) async in await tripleSlowly(number) }
  }

  func withACopy() -> WorkerProcess<Int> {
    let count = count
    return WorkerProcess(input: 14) { count * $0 }
  }
}

@MainActor
enum OnTheMainActor {
  static func sync() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }

  static func async() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { (number: Int) async in await tripleSlowly(number) }
  }

  static func isolated() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { @MainActor (number: Int) async in 3 * number }
  }
}

extension Array where Element == Int {
  func withoutSelf() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }
}

/// A closure that says nothing of the generic parameter.
func inAGenericFunction<Value: Codable & Sendable>(_ value: Value) -> WorkerProcess<Int> {
  WorkerProcess(input: 14) { 3 * $0 }
}

/// A closure that needs the generic parameter.
func aboutAGenericParameter<Value: Codable & Sendable & FixedWidthInteger>(
  _ value: Value
) -> WorkerProcess<Value> {
  WorkerProcess(input: value) { (value: Value) in 3 * value }
}

/// A closure whose input says what the parameter is, and which does nothing with it.
func echoInAGenericFunction<Value: Codable & Sendable>(_ value: Value) -> WorkerProcess<Value> {
  WorkerProcess(input: value) { $0 }
}

struct GenericContext<Value: Codable & Sendable & FixedWidthInteger> {
  static func withoutIt() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { 3 * $0 }
  }

  static func withIt() -> WorkerProcess<Int> {
    WorkerProcess(input: 14) { $0 * Value.bitWidth }
  }
}
