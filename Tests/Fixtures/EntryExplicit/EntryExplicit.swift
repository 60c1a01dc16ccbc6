// The way in that works in every build, also where the hook in front of `main` is inert.

import FixtureSupport
import Tandem

@main
struct EntryExplicit {
  static func main() async {
    WorkerEntry.serveIfWorker()
    Checks.line("main")
    for method in [StartMethod.forkServer, .spawn] {
      do {
        let process = WorkerProcess(startMethod: method, input: 14) { 3 * $0 }
        try process.start()
        Checks.equal("\(method): a closure", try await process.value, 42)
        let task = WorkerProcess(startMethod: method, task: Thrice(number: 14))
        try task.start()
        Checks.equal("\(method): a task", try await task.value, 42)
        let crashing = WorkerProcess(startMethod: method, input: 0x1230) { poke($0) }
        try crashing.start()
        guard case .signaled(.segmentationFault, let error) = try await crashing.join() else {
          Checks.that("\(method): a crash", false)
          continue
        }
        Checks.that(
          "\(method): a crash has a place",
          error.crash?.functions.first?.contains("poke") == true, "\(error)")
      } catch {
        Checks.that("\(method)", false, "\(error)")
      }
    }
    Checks.end()
  }
}

struct Thrice: WorkerTask {
  var number: Int
  func run() async -> Int {
    await Task.yield()
    return 3 * number
  }
}

@inline(never)
func poke(_ address: Int) -> Int {
  UnsafeMutablePointer<Int>(bitPattern: address)?.pointee = 1
  return address
}
