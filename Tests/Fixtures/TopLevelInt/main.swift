// A script with numbers at the top level: the most natural program there is, and one whose closures
// can't cross, because a worker never runs these statements.

import FixtureSupport
import Tandem

var plain = 41
plain += 1
// Swift abbreviates names that share words with the module's, here `Top`, `Level` and `Int`.
var topLevelCounter = 40 + CommandLine.arguments.count
// A name beyond ASCII is written in Punycode.
var größe = CommandLine.arguments.count
private var hidden = CommandLine.arguments.count

func expectRefusal(_ name: String, _ start: () throws -> Void) {
  do {
    try start()
    Checks.that(name, false, "it was started")
  } catch let error as PoolError {
    Checks.equal("\(name): refused", error.code, .refusedClosure)
    for variable in ["plain", "topLevelCounter", "größe", "hidden"] {
      Checks.that(
        "\(name): names \(variable)", error.message.contains(variable), "\(error)")
    }
    Checks.that("\(name): names the cure", error.message.contains("WorkerTask"), "\(error)")
    Checks.that("\(name): names the place", error.message.contains("TopLevelInt"), "\(error)")
  } catch {
    Checks.that(name, false, "\(error)")
  }
}

struct Adding: WorkerTask {
  var left: Int
  var right: Int
  func run() -> Int { left + right }
}

expectRefusal("a closure that reads a number") {
  try WorkerProcess(input: 1) { $0 + plain }.start()
}
expectRefusal("a closure that reads a number with an abbreviated name") {
  try WorkerProcess(input: 1) { $0 + topLevelCounter }.start()
}
expectRefusal("an async closure") {
  try WorkerProcess(input: 1) { (number: Int) async in number + größe + hidden }.start()
}
expectRefusal("a fresh exec") {
  try WorkerProcess(startMethod: .spawn, input: 1) { $0 + plain }.start()
}
expectRefusal("a closure handed to another module") {
  _ = try startedElsewhere(1) { $0 + plain }
}
expectRefusal("a closure inside a function") { try insideAFunction() }
func insideAFunction() throws {
  try WorkerProcess(input: 1) { $0 + topLevelCounter }.start()
}

// The cure.
let task = WorkerProcess(task: Adding(left: plain, right: topLevelCounter))
try task.start()
let sum = try task.join()
if case .value(let value) = sum {
  Checks.equal("a task with properties", value, plain + topLevelCounter)
} else {
  Checks.that("a task with properties", false, "\(sum)")
}
Checks.end()
