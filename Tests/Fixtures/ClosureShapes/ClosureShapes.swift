// Every shape that a closure can have, and whether it crosses to a worker process.

import FixtureSupport
import Tandem

@main
struct ClosureShapes {
  static let table = [3, 1, 2]

  static func main() async {
    await literals()
    await whatTheyMayUse()
    await captures(count: CommandLine.arguments.count)
    await references(Settings(factor: 2 + CommandLine.arguments.count))
    await contexts()
    Checks.end()
  }

  private static func literals() async {
    await Shapes.check("a literal", .crosses, gives: 42, WorkerProcess(input: 14) { 3 * $0 })
    await Shapes.check(
      "a literal of several statements", .crosses, gives: 42,
      WorkerProcess(input: 14) { number in
        var sum = 0
        for _ in 0..<3 { sum += number }
        return sum
      })
    await Shapes.check(
      "an async literal", .crosses, gives: 42,
      WorkerProcess(input: 14) { (number: Int) async in await tripleSlowly(number) })
    await Shapes.check(
      "a throwing literal", .crosses, gives: 42,
      WorkerProcess(input: 42) { try checked($0) })
    await Shapes.check(
      "an async and throwing literal", .crosses, gives: 42,
      WorkerProcess(input: 14) { (number: Int) async throws in
        try checked(await tripleSlowly(number))
      })
    await Shapes.check(
      "a fresh exec", .crosses, gives: 42,
      WorkerProcess(startMethod: .spawn, input: 14) { 3 * $0 })
    await Shapes.check(
      "an array in, a number out", .crosses, gives: 6,
      WorkerProcess(input: [1, 2, 3]) { $0.reduce(0, +) })
    await Shapes.check(
      "a number in, an array out", .crosses, gives: ["0", "1", "2"],
      WorkerProcess(input: 3) { (0..<$0).map(String.init) })
    await Shapes.check(
      "a dictionary in, a dictionary out", .crosses, gives: ["a": [1, 1]],
      WorkerProcess(input: ["a": 1]) { $0.mapValues { [$0, $0] } })
    await Shapes.check(
      "an optional in, an optional out", .crosses, gives: Int?.none,
      WorkerProcess(input: Int?.some(1)) { (_: Int?) in Int?.none })
    await Shapes.check(
      "a set in, an optional string out", .crosses, gives: "b",
      WorkerProcess(input: Set(["a", "b"])) { $0.max() })
    await Shapes.check(
      "floating point", .crosses, gives: 0.5 as Float,
      WorkerProcess(input: 0.25) { Float(2 * $0) })
  }

  private static func whatTheyMayUse() async {
    await Shapes.check(
      "a global of another file", .crosses, gives: 42,
      WorkerProcess(input: 18) { $0 + globalOfAnotherFile })
    await Shapes.check(
      "a constant of another file", .crosses, gives: 42,
      WorkerProcess(input: 18) { $0 + constantOfAnotherFile })
    await Shapes.check(
      "a static property", .crosses, gives: 2, WorkerProcess(input: 2) { Self.table[$0] })
    await Shapes.check(
      "a private function", .crosses, gives: 42, WorkerProcess(input: 21) { secret($0) })
    await Shapes.check(
      "a generic function", .crosses, gives: 3, WorkerProcess(input: [1, 3, 2]) { largest($0) })
    await Shapes.check(
      "closures of its own", .crosses, gives: [6, 12],
      WorkerProcess(input: [2, 4]) { numbers in numbers.map { triple($0) } })
    await Shapes.check(
      "a local function of its own", .crosses, gives: 42,
      WorkerProcess(input: 14) { number in
        func thrice() -> Int { 3 * number }
        return thrice()
      })
  }

  private static func captures(count: Int) async {
    let factor = 2 + count
    var variable = 1
    variable += count
    let fixed = variable
    let constant = 3
    let words = CommandLine.arguments.map { _ in "word" }
    await Shapes.check(
      "a captured local", .refused, gives: 42, WorkerProcess(input: 14) { factor * $0 })
    await Shapes.check(
      "a captured parameter", .refused, gives: 15, WorkerProcess(input: 14) { $0 + count })
    await Shapes.check(
      "a captured copy of a variable", .refused, gives: 16,
      WorkerProcess(input: 14) { [fixed] in $0 + fixed })
    await Shapes.check(
      "a captured array", .refused, gives: "word", WorkerProcess(input: 0) { words[$0] })
    await Shapes.check(
      "a captured constant", .refusedInDebug, gives: 42,
      WorkerProcess(input: 14) { constant * $0 })
    await Shapes.check(
      "captured by an async closure", .refused, gives: 42,
      WorkerProcess(input: 14) { (number: Int) async in factor * number })
    await Shapes.check(
      "captured by a closure inside", .refused, gives: [42],
      WorkerProcess(input: [14]) { numbers in numbers.map { factor * $0 } })
    let captured = madeWithACapture(factor)
    await Shapes.check(
      "a closure that captures a closure", .refused, gives: 42,
      WorkerProcess(input: 14) { try captured($0) })
    await Shapes.check(
      "made by a function that captures its parameter", .refused, gives: 42,
      WorkerProcess(input: 14, madeWithACapture(factor)))
    // A closure that may leave its function can't capture an `inout` parameter: no shape to test.
  }

  private static func references(_ settings: Settings) async {
    await Shapes.check(
      "a function by name", .refusedInDebug, gives: 42, WorkerProcess(input: 14, triple))
    await Shapes.check(
      "an async function by name", .refusedInDebug, gives: 42,
      WorkerProcess(input: 14, tripleSlowly))
    await Shapes.check(
      "a static method by name", .crosses, gives: 42,
      WorkerProcess(input: 21, Settings.double))
    await Shapes.check(
      "a method of a value", .refused, gives: 42, WorkerProcess(input: 14, settings.scaled))
    await Shapes.check(
      "an initialiser by name", .refusedInDebug, gives: 42, WorkerProcess(input: "42", number))
    let stored: @Sendable (Int) throws -> Int = { 3 * $0 }
    await Shapes.check(
      "a closure stored first", .refusedInDebug, gives: 42, WorkerProcess(input: 14, stored))
    await Shapes.check(
      "a closure made by a function", .refusedInDebug, gives: 42,
      WorkerProcess(input: 14, madeByAFunction()))
    await Shapes.check(
      "a key path", .refusedInDebug, gives: 3, WorkerProcess(input: "abc", \.count))
    @Sendable func local(_ number: Int) -> Int { 3 * number }
    await Shapes.check(
      "a local function by name", .refusedInDebug, gives: 42, WorkerProcess(input: 14, local))
  }

  private static func contexts() async {
    let settings = Settings(factor: 2 + CommandLine.arguments.count)
    let owner = Owner(factor: 2 + CommandLine.arguments.count)
    let counter = Counter()
    await Shapes.check("in a struct", .crosses, gives: 42, settings.withoutSelf())
    await Shapes.check("self of a struct", .refused, gives: 42, settings.withSelf())
    await Shapes.check("in a class", .crosses, gives: 42, owner.withoutSelf())
    await Shapes.check("self of a class", .refused, gives: 42, owner.withSelf())
    await Shapes.check("weak self", .refused, gives: 42, owner.withWeakSelf())
    await Shapes.check("in an actor", .crosses, gives: 42, await counter.withoutSelf())
    await Shapes.check("async in an actor", .crosses, gives: 42, await counter.async())
    await Shapes.check(
      "a copy of an actor's property", .refused, gives: 42, await counter.withACopy())
    await Shapes.check("on the main actor", .crosses, gives: 42, await OnTheMainActor.sync())
    await Shapes.check("async on the main actor", .crosses, gives: 42, await OnTheMainActor.async())
    await Shapes.check(
      "isolated to the main actor", .crosses, gives: 42, await OnTheMainActor.isolated())
    await Shapes.check(
      "in an extension of a library's type", .crosses, gives: 42, [0].withoutSelf())
    await Shapes.check("in a generic function", .crosses, gives: 42, inAGenericFunction(""))
    await Shapes.check(
      "about a generic parameter", .refusedInDebug, gives: 42 as Int16,
      aboutAGenericParameter(14 as Int16))
    await Shapes.check(
      "of a generic type, without use for it", .refusedInDebug, gives: "same",
      echoInAGenericFunction("same"))
    await Shapes.check(
      "in a generic type", .crosses, gives: 42, GenericContext<Int8>.withoutIt())
    await Shapes.check(
      "in a generic type, about its parameter", .refusedInDebug, gives: 112,
      GenericContext<Int8>.withIt())
  }
}

private func secret(_ number: Int) -> Int { 2 * number }

@Sendable private func number(_ text: String) -> Int? { Int(text) }
