import FixtureSupport
import Glibc
import Tandem

/// A worker's standard error is passed on, whatever becomes of the program's own.
enum StandardErrors {
  /// 10 MB in lines of 100 bytes.
  static func flood() async throws {
    let process = WorkerProcess(input: 100_000) { count in
      for line in 0..<count {
        let text = "\(line)".utf8
        let bytes = [UInt8](repeating: 0x30, count: 99 - text.count) + Array(text) + [0x0a]
        _ = write(2, bytes, bytes.count)
      }
      return count
    }
    try process.start()
    // Another worker is served meanwhile.
    let other = WorkerProcess(input: 21) { 2 * $0 }
    try other.start()
    Checks.equal("another worker", try await other.value, 42)
    Checks.equal("the flood ends", try await process.value, 100_000)
  }

  /// Standard error is a full pipe that nobody reads.
  static func nobodyReads() async throws {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let page = [UInt8](repeating: 0, count: 4096)
    while write(ends[1], page, page.count) > 0 {}
    _ = fcntl(ends[1], F_SETFL, 0)
    dup2(ends[1], 2)
    let process = WorkerProcess(input: "the last words") { (words: String) -> Int in
      let bytes = Array("\(words)\n".utf8)
      _ = write(2, bytes, bytes.count)
      _exit(5)
    }
    try process.start()
    guard case .exited(5, let error) = try await process.join() else {
      Checks.that("the exit code", false)
      return
    }
    Checks.equal("the last lines are kept", error.crash?.lastLines, ["the last words"])
    let other = WorkerProcess(input: 21) { 2 * $0 }
    try other.start()
    Checks.equal("another worker", try await other.value, 42)
  }

  /// Standard error is a pipe whose reader has gone.
  static func closed() async throws {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    dup2(ends[1], 2)
    close(ends[0])
    close(ends[1])
    for round in 1...2 {
      let process = WorkerProcess(input: "words\n") { words in
        let bytes = Array(words.utf8)
        return write(2, bytes, bytes.count)
      }
      try process.start()
      Checks.equal("start \(round): the program goes on", try await process.value, 6)
    }
    close(2)
    let process = WorkerProcess(input: 21) { 2 * $0 }
    try process.start()
    Checks.equal("without a standard error", try await process.value, 42)
  }
}
