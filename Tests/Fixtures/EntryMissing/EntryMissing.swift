// A program that forgets the way in. Where the hook in front of `main` is inert, it must be told so,
// once, and must never start itself again.

import FixtureSupport
import Glibc
import Tandem

@main
struct EntryMissing {
  static func main() async {
    // A guard of its own: whatever the library does, this doesn't go on without end.
    let depth = getenv("ENTRY_MISSING_DEPTH").flatMap { Int(String(cString: $0)) } ?? 0
    guard depth < 3 else { exit(99) }
    setenv("ENTRY_MISSING_DEPTH", "\(depth + 1)", 1)
    Checks.line("main \(depth)")
    for _ in 1...2 {
      do {
        let process = WorkerProcess(input: 14) { 3 * $0 }
        try process.start()
        Checks.line("value \(try await process.value)")
      } catch {
        Checks.line("\(error)")
      }
    }
  }
}
