// A script whose variables need work at run time: read before it is done, they crash.

import FixtureSupport
import Tandem

final class Table {
  var rows: [String] = []
}

var numbers = (0..<CommandLine.arguments.count + 9).map { $0 * $0 }
let names = ["a": 1, "b": CommandLine.arguments.count]
var table = Table()
table.rows = numbers.map(String.init)
numbers.append(1)

func expectRefusal(_ name: String, _ variables: [String], _ start: () throws -> Void) {
  do {
    try start()
    Checks.that(name, false, "it was started")
  } catch let error as PoolError {
    Checks.equal("\(name): refused", error.code, .refusedClosure)
    for variable in variables {
      Checks.that("\(name): names \(variable)", error.message.contains(variable), "\(error)")
    }
  } catch {
    Checks.that(name, false, "\(error)")
  }
}

let all = ["numbers", "names", "table"]
expectRefusal("a closure that reads an array", all) {
  try WorkerProcess(input: 3) { numbers[$0] }.start()
}
expectRefusal("a closure that reads a dictionary", all) {
  try WorkerProcess(input: "a") { names[$0] }.start()
}
expectRefusal("a closure that reads an object", all) {
  try WorkerProcess(input: 1) { table.rows[$0] }.start()
}
// Nobody can see from outside that it reads nothing.
expectRefusal("a closure that reads nothing", all) {
  try WorkerProcess(input: 1) { $0 + 1 }.start()
}
Checks.end()
