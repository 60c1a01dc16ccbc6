// Threads pass one object around, whose references are counted: shared_references bad|fixed WORKERS.
// In the fixed form each has an object of its own. The rounds are shared out.
import Dispatch

final class Node: Sendable { let value = 7 }

@inline(never) func keep(_ node: Node, in kept: inout [Node]) { kept[0] = node }

@main struct SharedReferences {
  static func main() {
    let words = CommandLine.arguments
    let workers = Int(words[2]) ?? 2
    let shared = [Node(), Node()]
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let nodes = words[1] == "bad" ? shared : [Node(), Node()]
      var kept = [nodes[0]]
      for round in 0..<(40_000_000 / workers) { keep(nodes[round & 1], in: &kept) }
    }
  }
}
