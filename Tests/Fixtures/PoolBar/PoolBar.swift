import Glibc
import Tandem
import TandemReport

/// A program that shows how far its pool is, as a user of the library would write it.
///
/// It waits for a byte at a named pipe (its first argument) after each half of its work.
@main struct PoolBar {
  static func main() async throws {
    let gate = open(CommandLine.arguments[1], O_RDWR)
    let every: Duration? = CommandLine.arguments.contains("lines") ? .milliseconds(1) : nil
    let pool = try ThreadPool(workers: 2)
    // What the pool did before isn't the bar's.
    _ = try await pool.map(0..<5) { $0 }
    let bar = ProgressBar("numbers", of: pool, total: 40, linesEvery: every)
    defer { bar.end() }
    var byte: UInt8 = 0
    _ = try await pool.map(0..<20) { $0 + 1 }
    _ = read(gate, &byte, 1)
    bar.hidden { print("half way") }
    _ = try await pool.map(0..<20) { $0 + 2 }
    _ = read(gate, &byte, 1)
    await pool.shutdown()
  }
}
