import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// Keeps what is observed, on one thread.
private final class SinkLog: ObservationSink, @unchecked Sendable {
  var records = 0
  var spent: [(tid: Int32, state: WorkerState?, sampled: Bool, fromNS: UInt64, toNS: UInt64)] = []
  var levels: [(workers: StateTable, fromNS: UInt64, toNS: UInt64)] = []
  var reportBegan: [UInt64] = []

  func began(atNS: UInt64) {}
  func record(_ record: PerfRecord) { records += 1 }
  func reportBegan(atNS: UInt64) { reportBegan.append(atNS) }
  func lost(_ count: UInt64, onCPU cpu: UInt32, fromNS: UInt64, toNS: UInt64) {}
  func spent(
    _ state: WorkerState?, _ sample: WaitSample?, by track: WorkerTrack, fromNS: UInt64,
    toNS: UInt64
  ) {
    spent.append((track.tid, state, sample != nil, fromNS, toNS))
  }
  func level(_ workers: StateTable, fromNS: UInt64, toNS: UInt64) {
    levels.append((workers, fromNS, toNS))
  }
  func counted(_ counts: WorkerTrack.KernelCounts, of track: WorkerTrack) {}
  func memory(_ memory: WorkerMemory, of pid: Int32, atNS: UInt64) {}
  func held(
    _ lock: UInt64, of pid: Int32, by tid: Int32?, at place: ObservedFunction?, fromNS: UInt64,
    toNS: UInt64
  ) {}
  func handedOver(_ count: UInt64, _ lock: UInt64, of pid: Int32, atNS: UInt64) {}
  func ended(atNS: UInt64) {}
}

/// What follows records gives on what it takes, as it takes it.
struct ObservationSinkTests {
  private static func record(
    _ timeNS: UInt64, _ tid: Int32, _ kind: PerfRecord.Kind
  ) -> PerfRecord {
    PerfRecord(timeNS: timeNS, pid: 100, tid: tid, cpu: 0, kind: kind)
  }

  private static let second: UInt64 = 1_000_000_000

  @Test func whatWorkersDidAddsUpToTheirLives() throws {
    let log = SinkLog()
    var tracker = SwitchTracker(mainPID: 100, beganNS: Self.second, cpus: 2)
    tracker.adopt(100, of: 100, name: "main", doing: .onCPU, atNS: Self.second)
    tracker.sink = log
    let ms: UInt64 = 1_000_000
    func at(_ offset: UInt64) -> UInt64 { Self.second + offset * ms }
    let records = [
      Self.record(at(5), 100, .forked(child: 101, childPID: 100, parentPID: 100, parentTID: 100)),
      Self.record(at(6), 101, .switchedIn),
      Self.record(at(10), 100, .switchedOut(preempted: false)),
      Self.record(at(12), 101, .switchedOut(preempted: true)),
      Self.record(at(15), 101, .switchedIn),
      Self.record(at(18), 101, .exited),
    ]
    for record in records { tracker.apply(record) }
    let main = try #require(tracker.tally.live[100])
    tracker.add(WaitSample(beforeNS: at(14), afterNS: at(15), state: .sleep), of: main)
    tracker.advance(to: at(20))
    tracker.apply(Self.record(at(40), 100, .switchedIn))
    tracker.advance(to: at(45))
    tracker.finish(atNS: at(50))

    #expect(log.records == 7)
    let child = log.spent.filter { $0.tid == 101 }
    #expect(child.map(\.state) == [.runnable, .onCPU, .runnable, .onCPU])
    #expect(child.map(\.fromNS) == [at(5), at(6), at(12), at(15)])
    let first = log.spent.filter { $0.tid == 100 }
    #expect(first.map(\.state) == [.onCPU, .sleep, .onCPU])
    #expect(first.map(\.sampled) == [false, true, false])
    #expect(first.last?.toNS == at(50))
    // Without gaps, and as the tally has it.
    for worker in tracker.tally.workers {
      let sum = log.spent.filter { $0.tid == worker.tid }.reduce(0) { $0 + $1.toNS - $1.fromNS }
      #expect(Double(sum) == worker.spent.sum)
    }
    // Levels cover the wall time, once.
    #expect(log.levels.first?.fromNS == at(0) && log.levels.last?.toNS == at(50))
    #expect(zip(log.levels, log.levels.dropFirst()).allSatisfy { $0.toNS == $1.fromNS })
    let parallelism = log.levels.reduce(0) {
      $0 + $1.workers[.onCPU] * Double($1.toNS - $1.fromNS)
    }
    #expect(parallelism == Double((10 + 6 + 3 + 10) * ms))
  }

  @Test func aLauncherEndsWhereTheReportBegins() {
    let log = SinkLog()
    var tracker = SwitchTracker(mainPID: 100, beganNS: Self.second, cpus: 2)
    tracker.adopt(100, of: 100, name: "", doing: .runnable, atNS: Self.second)
    tracker.findsLauncher = true
    tracker.sink = log
    tracker.apply(Self.record(Self.second + 10, 100, .named("sh", isExec: true)))
    #expect(log.reportBegan.isEmpty)
    tracker.apply(Self.record(Self.second + 500, 100, .named("python", isExec: true)))
    #expect(log.reportBegan == [Self.second + 500])
    tracker.apply(Self.record(Self.second + 900, 100, .exited))
    tracker.finish(atNS: Self.second + 1_000)
    // The levels go on behind it.
    #expect(log.levels.contains { $0.fromNS >= Self.second + 500 && $0.workers[.onCPU] == 1 })
  }
}
