// A program whose threads wait for one thing each, told by its arguments. Each waiting thread writes a
// line `LABEL PID TID` just before it begins; then the first thread writes `ready` and reads standard
// input. The end of standard input ends the program and everything that it started.

import CTandemShims
import Glibc

@main
struct Waiters {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1).map { String($0) }
      guard let start = (locks.merging(descriptors) { first, _ in first })[parts[0]] else {
        say("unknown \(argument)")
        exit(64)
      }
      start(parts.count > 1 ? parts[1] : "")
    }
    say("ready \(getpid()) \(tandem_gettid())")
    var byte: UInt8 = 0
    while read(0, &byte, 1) > 0 {}
    atTheEnd.forEach { $0() }
    _exit(0)
  }

  /// What ends processes that wouldn't end by themselves.
  nonisolated(unsafe) static var atTheEnd: [() -> Void] = []
}

/// Memory that lives as long as the program, for several threads.
struct Shared<Value>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }
}

/// Writes a line at once.
func say(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = write(1, bytes, bytes.count)
}

/// Starts a thread that says that it is about to wait, and waits.
@discardableResult
func waiter(_ label: String, _ body: @escaping @Sendable () -> Void) -> pthread_t {
  final class Start: Sendable {
    let label: String
    let body: @Sendable () -> Void
    init(_ label: String, _ body: @escaping @Sendable () -> Void) {
      self.label = label
      self.body = body
    }
  }
  var thread = pthread_t()
  let start = Unmanaged.passRetained(Start(label, body))
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
      say("\(start.label) \(getpid()) \(tandem_gettid())")
      start.body()
      say("FAILED \(start.label) didn't wait")
      return nil
    }, start.toOpaque())
  return thread
}

/// A time that doesn't come.
var never: timespec { timespec(tv_sec: time(nil) + 100_000, tv_nsec: 0) }
