/// A global of another file, made when it is first read.
let globalOfAnotherFile = (1...4).reduce(1, *)
/// A global that is in the file with its value.
let constantOfAnotherFile = 24

func triple(_ number: Int) -> Int { 3 * number }

func tripleSlowly(_ number: Int) async -> Int {
  await Task.yield()
  return 3 * number
}

func largest<Value: Comparable>(_ values: [Value]) -> Value? { values.max() }

struct Refusal: Error, CustomStringConvertible {
  var reason: String
  var description: String { "refused because \(reason)" }
}

func checked(_ number: Int) throws -> Int {
  guard number < 100 else { throw Refusal(reason: "\(number) is too large") }
  return number
}

func madeByAFunction() -> @Sendable (Int) throws -> Int {
  { 3 * $0 }
}

func madeWithACapture(_ factor: Int) -> @Sendable (Int) throws -> Int {
  { factor * $0 }
}
