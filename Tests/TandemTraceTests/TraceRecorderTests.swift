import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve
@testable import TandemTrace

/// What of an observation is in the trace.
struct TraceRecorderTests {
  private let log = FormatLog()
  private var recorder: TraceRecorder

  init() { recorder = TraceRecorder(log) }

  private static func record(_ timeNS: UInt64, _ tid: Int32, _ kind: PerfRecord.Kind) -> PerfRecord
  {
    PerfRecord(timeNS: timeNS, pid: 5, tid: tid, cpu: 0, kind: kind)
  }

  private static func worker(_ tid: Int32) -> WorkerTrack {
    WorkerTrack(
      kind: .thread, pid: 5, tid: tid, name: "w\(tid)", startedNS: 0, phase: .ended, slot: 0)
  }

  @Test mutating func waitsAreCalledWhatTheReportCallsThem() {
    var sample = WaitSample(
      beforeNS: 20, afterNS: 21, state: .lock,
      lock: WaitedLock(key: .word(0x40, of: 5), kind: .mutex, pid: 5, address: 0x40), waiters: 2)
    sample.place = PythonPlace(PythonFunction(name: "f", path: "/a/b/c.py"), line: 7)
    recorder.spent(.lock, sample, by: Self.worker(6), fromNS: 10, toNS: 30)
    recorder.spent(.onCPU, nil, by: Self.worker(6), fromNS: 30, toNS: 40)
    recorder.spent(.runnable, nil, by: Self.worker(6), fromNS: 40, toNS: 50)
    recorder.spent(nil, nil, by: Self.worker(6), fromNS: 50, toNS: 60)
    recorder.spent(nil, nil, by: Self.worker(6), fromNS: 60, toNS: 60 + 20_000_000)
    recorder.spent(.sleep, nil, by: Self.worker(6), fromNS: 70, toNS: 70)
    let slices = log.slices(on: log.track("w6"))
    #expect(
      slices.map(\.name) == [
        "waiting for a lock", "ready, waiting for a CPU", "in waits too short to look into",
        "waiting, reason unknown",
      ])
    #expect(slices[0].fromNS == 10 && slices[0].toNS == 30)
    #expect(
      slices[0].details.map { "\($0.name)=\($0.text)" }
        == ["in=f (b/c.py:7)", "lock=mutex at 0x40", "waiters=2"])
  }

  @Test mutating func lostRecordsAreGapsWithAName() {
    recorder.record(Self.record(5, 6, .switchedIn))
    recorder.lost(31, onCPU: 0, fromNS: 20, toNS: 30)
    #expect(log.runs.map(\.toNS) == [20] && log.runs.map(\.ending) == [.unknown])
    #expect(log.slices(on: log.track("records lost on CPU 0")).map(\.name) == ["31 records lost"])
    recorder.spent(.sleep, nil, by: Self.worker(7), fromNS: 10, toNS: 50)
    let slices = log.slices(on: log.track("w7"))
    #expect(slices.map(\.fromNS) == [10, 20, 30] && slices.map(\.toNS) == [20, 30, 50])
    #expect(slices.map(\.name) == ["asleep", "not known: records were lost", "asleep"])
    // On a CPU by the records that there are: only the gap is said.
    recorder.spent(.onCPU, nil, by: Self.worker(8), fromNS: 25, toNS: 50)
    #expect(log.slices(on: log.track("w8")).map(\.toNS) == [30])
    recorder.spent(.onCPU, nil, by: Self.worker(8), fromNS: 50, toNS: 60)
    #expect(log.slices(on: log.track("w8")).count == 1)
  }

  @Test mutating func childrenBeginWithTheirParentsName() {
    recorder.record(Self.record(1, 5, .named("make", isExec: true)))
    recorder.record(
      Self.record(2, 5, .forked(child: 9, childPID: 9, parentPID: 5, parentTID: 5)))
    #expect(log.tracks.contains { $0.kind == .thread(tid: 9, pid: 9) && $0.name == "make" })
    recorder.record(
      PerfRecord(timeNS: 3, pid: 9, tid: 9, cpu: 0, kind: .named("cc", isExec: true)))
    #expect(log.tracks.last { $0.kind == .process(pid: 9) }?.name == "cc")
  }

  @Test mutating func holdersAreThoseThatWereSeen() {
    recorder.record(Self.record(1, 6, .named("T", isExec: false)))
    let function = ObservedFunction(name: "f", file: "c.py")
    recorder.held(0x10, of: 5, by: 6, at: function, fromNS: 4, toNS: 9)
    recorder.held(0x10, of: 5, by: 77, at: nil, fromNS: 10, toNS: 10)
    recorder.held(0x10, of: 5, by: nil, at: nil, fromNS: 11, toNS: 12)
    let slices = log.slices(on: log.track("seen holding the GIL"))
    #expect(slices.map(\.name) == ["T 6", "thread 77", "a thread whose number isn't known"])
    #expect(slices[0].details == [TraceSlice.Detail(name: "in", text: "f (c.py)")])
    #expect(slices[1].fromNS == slices[1].toNS)
    recorder.handedOver(0, 0x10, of: 5, atNS: 4)
    recorder.handedOver(3, 0x10, of: 5, atNS: 11)
    let track = log.track("hand-overs of the GIL")
    #expect(log.values.filter { $0.track == track?.id }.map(\.value) == [0, 3])
  }

  @Test mutating func theKernelsCountIsOfThisObservation() {
    let worker = Self.worker(6)
    worker.setCountsBefore(WorkerTrack.KernelCounts(atNS: 1, runNS: 0, waitNS: 500))
    for waitNS: UInt64 in [500, 530] {
      recorder.counted(
        WorkerTrack.KernelCounts(atNS: 9, runNS: 0, waitNS: waitNS), of: worker)
    }
    #expect(log.values.map(\.value) == [0, 30])
  }

  @Test mutating func numbersOfTheProgramAndItsProcesses() {
    recorder.memory(WorkerMemory(pssKiB: 3, ussKiB: 1, rssKiB: 9), of: 5, atNS: 7)
    recorder.memory(WorkerMemory(pssKiB: nil, ussKiB: nil, rssKiB: 9), of: 6, atNS: 8)
    recorder.memory(WorkerMemory(pssKiB: nil, ussKiB: nil, rssKiB: nil), of: 7, atNS: 9)
    #expect(log.values.map(\.value) == [3 * 1024, 9 * 1024])
    #expect(log.track("memory: PSS")?.kind == .numbers(.bytes))
    #expect(log.track("memory: RSS") != nil)
    let table = StateTable([.onCPU: 2, .runnable: 1, .gil: 4, .sleep: 9])
    recorder.level(table, fromNS: 0, toNS: LevelMeans.windowNS)
    let demand = log.track("demand: workers that want a CPU, at least")
    let parallelism = log.track("parallelism: workers on a CPU")
    #expect(log.values.first { $0.track == demand?.id }?.value == 7)
    #expect(log.values.first { $0.track == parallelism?.id }?.value == 2)
  }

  @Test mutating func theEndEndsWhatRuns() {
    recorder.record(Self.record(5, 6, .switchedIn))
    recorder.reportBegan(atNS: 6)
    recorder.end(atNS: 8)
    #expect(log.runs.map(\.toNS) == [8] && log.hasEnded)
    #expect(log.slices(on: log.track("report")).count == 1)
  }
}
