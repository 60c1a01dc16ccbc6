import Glibc
import Synchronization
import TandemSystem

/// Cancels work when Ctrl-C is pressed.
///
/// The signal handler only writes a byte to a pipe, which a thread of its own reads. So a signal is
/// noticed on any thread and at any time.
final class Interrupt: Sendable {
  private let came = Atomic<Int32>(0)

  /// The first of the signals that came; nil when none did.
  var signal: Int32? {
    let number = came.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// The exit code for the signal, as shells have it: 130 for Ctrl-C; nil when none came.
  var exitCode: Int32? { signal.map { 128 + $0 } }

  /// Ctrl-C, a request to end, and a hang-up of the terminal.
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Runs work that SIGINT, SIGTERM and SIGHUP cancel; a second one ends the program at once.
  ///
  /// A signal that is ignored stays ignored, as nohup(1) and shells' background jobs want it. To be
  /// used by one caller at a time.
  ///
  /// - Parameters:
  ///   - atOnce: called before a second one ends the program.
  ///   - work: what to run; it ends soon after it is cancelled, and gives what it has.
  /// - Returns: what the work gave.
  /// - Throws: what the work throws, or the error number when there is no pipe or no thread.
  func cancelling<Result: Sendable>(
    atOnce: @escaping @Sendable () -> Void = {},
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let pipe = try PipeEnds().split { reader, writer throws(Errno) in
      (reader: reader.relinquish(), writer: writer.relinquish())
    }
    let writer = Descriptor(owning: pipe.writer)
    let (start, started) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      for await _ in start { break }
      return try await work()
    }
    try OSThread.start(name: "interrupt") { [self] in
      let reader = Descriptor(owning: pipe.reader)
      // Ends at end-of-file, when the writer is closed.
      while let bytes = try? reader.readSome(limit: 16), !bytes.isEmpty {
        for byte in bytes {
          let number = Int32(byte)
          let isFirst = came.compareExchange(
            expected: 0, desired: number, ordering: .relaxed
          ).exchanged
          guard isFirst else {
            atOnce()
            _exit(128 + number)
          }
          task.cancel()
        }
      }
    }
    signalPipe.store(writer.rawValue, ordering: .releasing)
    let caught = Self.signals.filter(Self.catchUnlessIgnored)
    defer {
      for number in caught { Glibc.signal(number, SIG_DFL) }
      signalPipe.store(-1, ordering: .releasing)
    }
    started.yield()
    return try await task.value
  }

  private static func catchUnlessIgnored(_ number: Int32) -> Bool {
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    let before = Glibc.signal(number) { number in
      let error = errno
      var byte = UInt8(truncatingIfNeeded: number)
      // A full pipe already holds more signals than are needed.
      _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
      errno = error
    }
    guard unsafeBitCast(before, to: Int.self) == ignored else { return true }
    Glibc.signal(number, SIG_IGN)
    return false
  }
}

/// Where the signal handler writes, which can't have a context; -1 for nowhere.
private let signalPipe = Atomic<CInt>(-1)
