// What a program and its worker processes do to each other. Each command is a run of its own, because
// each changes the program: its limits, its descriptors, its signals, or its life.

import FixtureSupport
import Glibc
import Tandem

@main
struct Workers {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "settings": try await Settings.check()
    case "signals": try await Settings.checkSignals()
    case "few-descriptors": try await Settings.checkFewDescriptors()
    case "waiting-program": try await Ends.whileTheProgramWaits()
    case "server-threads": try await Servers.checkThreads()
    case "server-killed": try await Servers.killed()
    case "server-killed-often": try await Servers.killedOften()
    case "program-killed": try await Ends.ofTheProgram()
    case "exit-waits": try Ends.exitWaits()
    case "exit-waits-for-forgotten": try Ends.exitWaitsForForgotten()
    case "exit-ends-daemons": try Ends.exitEndsDaemons()
    case "leaks": try await Leaks.check()
    case "failing-starts": try await Leaks.failingStarts()
    case "flood": try await StandardErrors.flood()
    case "deaf": try await StandardErrors.nobodyReads()
    case "closed": try await StandardErrors.closed()
    default: Checks.that("a command", false, "\(CommandLine.arguments)")
    }
    Checks.end()
  }
}

/// A named pipe, through which workers and programs of workers tell that they have got somewhere.
struct Notice: Sendable {
  let path: String
  private let descriptor: Int32

  init() {
    path = "/tmp/tandem-fixture-\(getpid())-\(Int.random(in: 0..<1 << 40))"
    _ = mkfifo(path, 0o600)
    // Open for both, so that opening waits for nobody.
    descriptor = open(path, O_RDWR | O_CLOEXEC)
  }

  /// Waits for so many bytes.
  func wait(for count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
      }
      if got <= 0 { break }
      filled += got
    }
    return bytes
  }

  func remove() {
    close(descriptor)
    unlink(path)
  }

  /// Tells, from another process.
  static func tell(_ path: String, _ bytes: [UInt8] = [1]) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    _ = write(descriptor, bytes, bytes.count)
    close(descriptor)
  }
}

/// Starts `/bin/sleep` and gives its process number.
func startSleep() -> Int32 {
  var pid: pid_t = 0
  var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("1000"), nil]
  defer { arguments.forEach { free($0) } }
  return posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, nil) == 0 ? pid : -1
}

/// The whole text of a file.
func text(_ path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
    bytes.append(contentsOf: chunk[..<count])
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// A line's value in a status file (proc_pid_status(5)).
func status(_ field: String, of process: String = "self") -> String {
  for line in text("/proc/\(process)/status").split(separator: "\n")
  where line.hasPrefix(field + ":") {
    return String(line.dropFirst(field.count + 1).drop { $0 == "\t" || $0 == " " })
  }
  return ""
}
