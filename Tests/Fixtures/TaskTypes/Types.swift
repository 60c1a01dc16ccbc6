import Tandem

struct Internal: WorkerTask {
  var number: Int
  func run() -> Int { 3 * number }
}

enum Outer {
  struct Inner {
    struct Deepest: WorkerTask {
      var number: Int
      func run() -> Int { 3 * number }
    }
  }
}

extension Outer {
  private struct Concealed: IntTask {
    var number: Int
    func run() -> Int { 3 * number }
  }

  static func privateTask(_ number: Int) -> some IntTask {
    Concealed(number: number)
  }
}

enum Operation: WorkerTask {
  case product(Int, Int)
  case answer

  func run() -> Int {
    switch self {
    case .product(let left, let right): left * right
    case .answer: 42
    }
  }
}

final class ClassTask: WorkerTask {
  let number: Int
  init(number: Int) { self.number = number }
  func run() -> Int { 3 * number }
}

struct Suspending: WorkerTask {
  var number: Int
  func run() async throws -> Int {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<3 { group.addTask { [number] in number } }
      return await group.reduce(0, +)
    }
  }
}

struct Empty: WorkerTask {
  func run() -> Int { 42 }
}

struct Box<Content: Codable & Sendable>: WorkerTask {
  var content: Content
  func run() -> Content { content }
}

extension Box: Equatable where Content: Equatable {}

enum Generic<Value: Codable & Sendable> {
  struct Nested: WorkerTask {
    var number: Int
    func run() -> Int { 3 * number }
  }
}

struct Point: Codable, Equatable {
  var x: Int
  var y: Int
}

indirect enum Shape: Codable, Equatable {
  case circle(radius: Double)
  case group([Shape])
  case none

  var depth: Int {
    if case .group(let shapes) = self { 1 + (shapes.map(\.depth).max() ?? 0) } else { 0 }
  }
}

enum Color: String, Codable {
  case red, green
}

final class Node: Codable, Equatable, Sendable {
  let number: Int
  let next: Node?

  init(number: Int, next: Node?) {
    self.number = number
    self.next = next
  }

  static func == (left: Node, right: Node) -> Bool {
    left.number == right.number && left.next == right.next
  }
}

struct Appending: WorkerTask {
  var bytes: [UInt8]
  func run() -> [UInt8] { bytes + [8] }
}

protocol IntTask: WorkerTask where Output == Int {}
