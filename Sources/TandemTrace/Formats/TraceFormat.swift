import Glibc
import TandemSystem

/// Writes the parts of a trace in the form that one viewer reads.
protocol TraceFormat: Sendable {
  /// How many bytes were written and not taken.
  var byteCount: Int { get }

  /// Takes the bytes that were written.
  mutating func take() -> [UInt8]

  /// Begins the file.
  mutating func begin(_ start: TraceStart)

  /// Adds a row, before anything is written to it, or gives it another name.
  mutating func declare(_ track: TraceTrack)

  /// Adds a slice to a row, or a mark where it has no length.
  mutating func add(_ slice: TraceSlice)

  /// Adds the value of a row of numbers from a time on.
  mutating func add(_ value: Double, to track: TraceTrack.ID, atNS: UInt64)

  /// Adds a time of a thread on a CPU. Those of one CPU come in order.
  mutating func add(_ run: CPURun)

  /// Ends the file.
  mutating func end()
}

/// Where a trace begins.
struct TraceStart: Sendable {
  /// The same moment on three clocks, in nanoseconds: `CLOCK_MONOTONIC`, `CLOCK_BOOTTIME`, `CLOCK_REALTIME`.
  var monotonicNS: UInt64
  var bootNS: UInt64
  var realNS: UInt64
  /// The kernel's release (uname(2)).
  var kernel: String

  /// A moment that is just over.
  ///
  /// - Parameter monotonicNS: when it was.
  /// - Returns: it, on all clocks.
  static func at(_ monotonicNS: UInt64) -> TraceStart {
    let agoNS = time(of: CLOCK_MONOTONIC) - monotonicNS
    return TraceStart(
      monotonicNS: monotonicNS, bootNS: time(of: CLOCK_BOOTTIME) - agoNS,
      realNS: time(of: CLOCK_REALTIME) - agoNS, kernel: KernelInfo.current().release)
  }

  private static func time(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// A row of a trace.
struct TraceTrack: Sendable, Equatable {
  typealias ID = UInt64

  /// What a row is about.
  enum Kind: Sendable, Equatable {
    /// A process.
    case process(pid: Int32)
    /// A thread.
    case thread(tid: Int32, pid: Int32)
    /// Slices of something else.
    case slices
    /// Numbers.
    case numbers(Unit)
  }

  /// What numbers count.
  enum Unit: Sendable, Equatable {
    case workers, bytes, nanoseconds, times
  }

  /// The row's number in the file, from 1.
  var id: ID
  /// The row that it belongs to; nil for none.
  var parent: ID?
  /// What it is about.
  var kind: Kind
  /// Its name; empty where it isn't known yet.
  var name: String
}

/// A time in which one thing was so.
struct TraceSlice: Sendable, Equatable {
  /// The row.
  var track: TraceTrack.ID
  /// What was so.
  var name: String
  /// More about it, each with its name.
  var details: [Detail] = []
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  var fromNS: UInt64
  /// When it ended.
  var toNS: UInt64

  /// One thing more about a slice.
  struct Detail: Sendable, Equatable {
    var name: String
    var text: String
  }
}

/// A time in which a thread was on a CPU.
struct CPURun: Sendable, Equatable {
  /// How it ended.
  enum Ending: Sendable, Equatable {
    /// The thread could have run on.
    case preempted
    /// It waits, or stopped.
    case waits
    /// It ended.
    case exited
    /// It isn't known: records are missing from there on, or it still ran when the observation ended.
    case unknown
  }

  /// The CPU's number.
  var cpu: UInt32
  /// The thread.
  var tid: Int32
  /// Its process.
  var pid: Int32
  /// Its name then.
  var name: String
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  var fromNS: UInt64
  /// When it ended.
  var toNS: UInt64
  /// How it ended.
  var ending: Ending
}
