import TandemModel
import Testing

@testable import TandemObserve

@Suite("Sleeps of a switch interval")
struct GILIntervalSleepsTests {
  private static let interval: UInt64 = 5_000_000

  private static func sleeps(
    _ lengths: [UInt64], state: WorkerState?, interval: UInt64 = interval
  ) -> GILIntervalSleeps {
    var sleeps = GILIntervalSleeps()
    for length in lengths { sleeps.note(lengthNS: length, intervalNS: interval, state: state) }
    return sleeps
  }

  @Test("Only sleeps of about an interval count")
  func lengths() {
    let sleeps = Self.sleeps(
      [0, 100_000, 4_000_000, 5_060_000, 5_100_000, 9_000_000, 20_000_000], state: .gil)
    #expect(sleeps.count == 3)
    #expect(sleeps.totalNS == 19_160_000)
    #expect(sleeps.seenForGIL == 3)
    let short = Self.sleeps([50_000, 100_000, 160_000, 400_000], state: nil, interval: 100_000)
    #expect(short.count == 2)
    #expect(short.countForGIL == 0)
  }

  /// A thread with 100 waits of 5 ms for the lock, and one whose sleeps are mostly for something else.
  @Test("Samples tell which of them were for the lock")
  func shares() throws {
    var waiter = Self.sleeps(Array(repeating: 5_000_000, count: 80), state: nil)
    for _ in 0..<20 {
      waiter.note(lengthNS: 5_000_000, intervalNS: Self.interval, state: .gil)
    }
    var sleeper = Self.sleeps(Array(repeating: 5_000_000, count: 90), state: nil)
    for index in 0..<10 {
      sleeper.note(
        lengthNS: 5_000_000, intervalNS: Self.interval, state: index == 0 ? .gil : .sleep)
    }
    var sum = GILSleepSum()
    sum.add(waiter, onCPUSeconds: 0.01)
    sum.add(sleeper, onCPUSeconds: 5)
    sum.add(GILIntervalSleeps(), onCPUSeconds: 9)
    #expect(sum.count == 200)
    let waits = try #require(sum.waits)
    #expect(abs(waits.count - 110) < 1e-9)
    #expect(abs(waits.meanSeconds - 0.005) < 1e-9)
    // The sleeper, with less than a tenth of the waits, isn't one of those that wait.
    #expect(abs(waits.onCPUSeconds - 0.0001) < 1e-9)
  }

  /// Of fifty equal threads, each has a fiftieth of the waits.
  @Test("Many threads count together")
  func manyThreads() throws {
    var sum = GILSleepSum()
    for _ in 0..<50 {
      var sleeps = GILIntervalSleeps()
      for _ in 0..<4 { sleeps.note(lengthNS: 5_000_000, intervalNS: Self.interval, state: .gil) }
      sum.add(sleeps, onCPUSeconds: 0.02)
    }
    let waits = try #require(sum.waits)
    #expect(waits.count == 200 && abs(waits.onCPUSeconds - 0.005) < 1e-9)
  }

  @Test("Too few samples tell nothing")
  func fewSamples() {
    var sum = GILSleepSum()
    var sleeps = Self.sleeps(Array(repeating: 5_000_000, count: 500), state: nil)
    for _ in 0..<9 { sleeps.note(lengthNS: 5_000_000, intervalNS: Self.interval, state: .gil) }
    sum.add(sleeps, onCPUSeconds: 0)
    #expect(sum.waits == nil)
    #expect(GILSleepSum().waits == nil)
  }
}

@Suite("What a GIL's use tells of its samples")
struct GILUseTests {
  private static func entry(held: Double, handovers: Double) -> ObservedGIL {
    ObservedGIL(
      pid: 1, state: .on, version: "3.12.1", heldShare: held, handovers: handovers,
      intervalSeconds: 0.005, samples: 500)
  }

  /// 10 s of a process whose threads went to sleep so often, and waited so long for the lock.
  private static func use(voluntary: Int, wait: Double = 0) -> GILUse {
    var use = GILUse()
    (use.lifeSeconds, use.voluntary, use.waitSeconds) = (10, voluntary, wait)
    return use
  }

  @Test("Four threads that compute: a hand-over each interval, and three that wait for it")
  func computing() {
    var entry = Self.entry(held: 0.8, handovers: 2_000)
    Self.use(voluntary: 8_000, wait: 30).complete(&entry)
    #expect(entry.heldShare == 0.8)
    #expect(entry.waitSeconds == 30)
  }

  @Test("Threads that sleep often let it go too often for samples, unless these find it held")
  func releasing() {
    var often = Self.entry(held: 0.3, handovers: 10)
    Self.use(voluntary: 20_000).complete(&often)
    #expect(often.heldShare == nil)
    var nearlyAlways = Self.entry(held: 0.97, handovers: 10)
    Self.use(voluntary: 20_000).complete(&nearlyAlways)
    #expect(nearlyAlways.heldShare == 0.97)
    var rarely = Self.entry(held: 0.3, handovers: 10)
    Self.use(voluntary: 300).complete(&rarely)
    #expect(rarely.heldShare == 0.3)
  }

  @Test("Hand-overs far beyond one an interval do the same")
  func handingOver() {
    var entry = Self.entry(held: 0.5, handovers: 300_000)
    Self.use(voluntary: 300_000).complete(&entry)
    #expect(entry.heldShare == nil)
  }
}
