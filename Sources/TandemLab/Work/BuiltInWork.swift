import TandemModel
import TandemSystem

/// What one item of built-in work does, settled: the same under every Swift model.
package enum BuiltInWork: Codable, Sendable, Hashable {
  /// The lesson's loop and nothing else: the lesson itself, or `cpu` work.
  case squares(iterations: Int)
  /// Waiting on a pipe that nobody writes.
  case io(nanoseconds: UInt64)
  /// Ten slices in turn: five of the loop, five of waiting.
  case mixed(iterations: Int, nanoseconds: UInt64)

  /// Whether an item waits for input.
  var waits: Bool {
    if case .squares = self { false } else { true }
  }

  /// Does items one after the other.
  ///
  /// - Parameters:
  ///   - items: how many.
  ///   - lock: the lock that is held while computing; nil for none.
  /// - Returns: what is known of the time blocked.
  /// - Throws: `EMFILE` when there is no descriptor for the pipe to wait for.
  func perform(items: Int, lock: GlobalLock?) throws -> BlockedTimes {
    let pipe = waits ? try SilentPipe() : nil
    var input: UInt64 = 0
    func wait(_ nanoseconds: UInt64) {
      guard let pipe else { return }
      // As CPython does around blocking calls.
      lock?.release()
      input += pipe.wait(nanoseconds: nanoseconds)
      lock?.acquire()
    }
    lock?.acquire()
    for _ in 0..<items {
      for slice in slices {
        Squares.compute(slice.iterations, lock: lock)
        if slice.nanoseconds > 0 { wait(slice.nanoseconds) }
      }
    }
    lock?.release()
    return BlockedTimes(ioNS: waits ? input : 0)
  }

  /// Does items one after the other without blocking a thread: waiting is awaiting.
  ///
  /// - Parameter items: how many.
  /// - Returns: the time computing, of whichever threads did it, and the time awaiting.
  /// - Throws: `CancellationError`.
  func performAsync(items: Int) async throws -> (onCPUNS: UInt64, blocked: BlockedTimes) {
    var onCPU: UInt64 = 0
    var awaited: UInt64 = 0
    for _ in 0..<items {
      for slice in slices {
        onCPU += Squares.timed(slice.iterations)
        guard slice.nanoseconds > 0 else { continue }
        let began = MonotonicClock.now()
        try await Task.sleep(nanoseconds: slice.nanoseconds)
        let late = max(slice.nanoseconds / 1000, 50_000)
        awaited += min(MonotonicClock.now() &- began, slice.nanoseconds &+ late)
      }
    }
    return (onCPU, BlockedTimes(ioNS: awaited))
  }

  private var slices: [(iterations: Int, nanoseconds: UInt64)] {
    switch self {
    case .squares(let iterations): [(iterations, 0)]
    case .io(let nanoseconds): [(0, nanoseconds)]
    case .mixed(let iterations, let nanoseconds):
      (0..<5).map { part in
        (iterations * (part + 1) / 5 - iterations * part / 5, nanoseconds / 5)
      }
    }
  }
}

/// The lesson's loop: `a = i * i; b = i * i + 1`.
enum Squares {
  /// Iterations between two looks at the lock: about a microsecond.
  private static let stride = 1000

  /// Runs the loop.
  ///
  /// - Parameters:
  ///   - iterations: how often.
  ///   - lock: the lock that is held, to be handed over when somebody asks for it.
  @inline(never)
  static func compute(_ iterations: Int, lock: GlobalLock?) {
    var begin = 0
    while begin < iterations {
      let end = min(iterations, begin + stride)
      for i in begin..<end {
        let a = i &* i
        let b = i &* i &+ 1
        keep(a, b)
      }
      lock?.checkpoint()
      begin = end
    }
  }

  /// Runs the loop and gives the nanoseconds on a CPU that it took.
  ///
  /// Not async, so that it begins and ends on the same thread.
  static func timed(_ iterations: Int) -> UInt64 {
    let began = ThreadCPUClock.now()
    compute(iterations, lock: nil)
    return ThreadCPUClock.now() &- began
  }

  /// Keeps the two values from being optimised away, and with them the loop.
  @inline(never)
  @_optimize(none)
  private static func keep(_ a: Int, _ b: Int) {}

  /// The iterations that take so many seconds of CPU time, at the best of three.
  ///
  /// - Parameter seconds: how long.
  /// - Returns: at least 1.
  package static func calibrated(seconds: Double) -> Int {
    var iterations = 10_000
    while timed(iterations) < 5_000_000 { iterations *= 2 }
    let best = (0..<3).map { _ in Double(iterations) / Double(timed(iterations)) }.max() ?? 1
    return max(1, Int(best * seconds * 1e9))
  }
}
