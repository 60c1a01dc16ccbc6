import Foundation

/// A child process that answers each line with a line.
final class LineChild {
  /// Why there is no answer.
  struct Silence: Error, CustomStringConvertible {
    var description: String
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread: [UInt8] = []

  /// Starts the child.
  init(_ program: String, _ arguments: [String], placement: Placement) throws {
    if program.contains("/") {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
    } else {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [program] + arguments
    }
    process.standardInput = input
    process.standardOutput = output
    try placement.callerPinned { try process.run() }
  }

  /// Sends a line and waits for the answer.
  func ask(_ line: Data, timeout: Double) throws -> Data {
    try input.fileHandleForWriting.write(contentsOf: line + Data("\n".utf8))
    return try readLine(timeout: timeout)
  }

  /// Waits for a line.
  func readLine(timeout: Double) throws -> Data {
    let clock = ContinuousClock()
    let over = clock.now + .seconds(timeout)
    let descriptor = output.fileHandleForReading.fileDescriptor
    while true {
      if let end = unread.firstIndex(of: 10) {
        defer { unread.removeSubrange(...end) }
        return Data(unread[..<end])
      }
      let left = (over - clock.now) / .milliseconds(1)
      var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
      guard left > 0, poll(&descriptors, 1, Int32(left) + 1) > 0 else {
        throw Silence(description: "no answer within \(Int(timeout)) s")
      }
      let bytes = output.fileHandleForReading.availableData
      if bytes.isEmpty { throw Silence(description: "it ended without an answer") }
      unread += bytes
    }
  }

  /// Ends the child: by the end of its input, or, if that takes too long, with its process group.
  func end() {
    try? input.fileHandleForWriting.close()
    let clock = ContinuousClock()
    let over = clock.now + .seconds(3)
    while process.isRunning && clock.now < over { usleep(5_000) }
    guard process.isRunning else { return }
    // The script of the peers leads a process group of its own, of which its workers are part.
    if getpgid(process.processIdentifier) == process.processIdentifier {
      kill(-process.processIdentifier, SIGKILL)
    } else {
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
  }
}
