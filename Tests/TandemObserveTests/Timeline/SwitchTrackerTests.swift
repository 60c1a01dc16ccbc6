import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// Records of a made-up program, in milliseconds after its beginning.
private struct MadeUp: ~Copyable {
  static let began: UInt64 = 1_000_000_000
  var tracker = SwitchTracker(mainPID: 100, beganNS: began, cpus: 2)

  init() { tracker.adopt(100, of: 100, name: "main", doing: .onCPU, atNS: Self.began) }

  static func time(_ ms: Double) -> UInt64 { began + UInt64(ms * 1e6) }

  mutating func record(_ ms: Double, _ tid: Int32, _ kind: PerfRecord.Kind, pid: Int32 = 100) {
    tracker.apply(
      PerfRecord(timeNS: Self.time(ms), pid: pid, tid: tid, cpu: 0, kind: kind))
  }

  mutating func start(_ ms: Double, _ tid: Int32) {
    record(
      ms, 100, .forked(child: tid, childPID: 100, parentPID: 100, parentTID: 100))
  }

  mutating func on(_ ms: Double, _ tid: Int32) { record(ms, tid, .switchedIn) }
  mutating func off(_ ms: Double, _ tid: Int32, preempted: Bool = false) {
    record(ms, tid, .switchedOut(preempted: preempted))
  }
  mutating func end(_ ms: Double, _ tid: Int32) { record(ms, tid, .exited) }

  mutating func sample(
    _ ms: Double, _ tid: Int32, _ state: WorkerState, isTentative: Bool = false
  ) {
    guard let track = tracker.tally.live[tid] else { return }
    tracker.add(
      WaitSample(
        beforeNS: Self.time(ms), afterNS: Self.time(ms + 0.01), state: state,
        isTentative: isTentative), of: track)
  }

  mutating func finish(_ ms: Double) {
    tracker.advance(to: Self.time(ms))
    tracker.finish(atNS: Self.time(ms))
  }

  /// What the sweep added up, with what has become known.
  var sums: SweepSums { tracker.sweep.settled(tracker.tally.early) }
  /// Wall seconds by state.
  var wall: StateTable { sums.wallSeconds }

  /// Milliseconds of a worker in a state.
  borrowing func spent(_ tid: Int32, _ state: WorkerState) -> Double {
    let track = tracker.tally.workers.first { $0.tid == tid }
    let like = track.flatMap { tracker.tally.mix(like: $0) }
    let table = track?.resolved(like: like) ?? StateTable()
    return table[state] / 1e6
  }
}

private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }

@Suite("Records of switches become the time of workers")
struct SwitchTrackerTests {
  @Test func aWaitIsWhatWasSeenInIt() {
    var program = MadeUp()
    program.off(10, 100)
    program.sample(15, 100, .sleep)
    program.on(30, 100)
    program.finish(40)
    #expect(isClose(program.spent(100, .onCPU), 20))
    #expect(isClose(program.spent(100, .sleep), 20))
    #expect(isClose(program.wall[.sleep], 0.020))
    #expect(isClose(program.sums.lostCPUSeconds[.sleep], 0.040))
  }

  // MARK: Launchers

  /// A program that starts a process of 20 ms, which ends or not, and executes another at 40 ms.
  private static func launcher(childEnds: Bool, finds: Bool = true) -> MadeUp {
    var program = MadeUp()
    program.tracker.findsLauncher = finds
    program.record(0, 100, .named("sh", isExec: true))
    program.record(10, 100, .forked(child: 200, childPID: 200, parentPID: 100, parentTID: 100))
    program.record(11, 200, .switchedIn, pid: 200)
    if childEnds { program.record(30, 200, .exited, pid: 200) }
    program.record(40, 100, .named("python", isExec: true))
    program.off(70, 100)
    program.sample(72, 100, .sleep)
    program.on(80, 100)
    program.finish(100)
    return program
  }

  @Test func whatALauncherDidIsApart() throws {
    let program = Self.launcher(childEnds: true)
    let found = program.tracker.launcher
    let launcher = try #require(found)
    #expect(launcher.processes == 1 && isClose(launcher.wallSeconds, 0.040))
    // 40 ms of the first thread, 19 of the other process.
    #expect(isClose(launcher.cpuSeconds, 0.059))
    #expect(program.tracker.tally.workers.map(\.tid) == [100])
    #expect(program.tracker.tally.startedProcesses == 0)
    #expect(program.tracker.tally.beganNS == MadeUp.time(40))
    #expect(isClose(program.spent(100, .onCPU), 50))
    #expect(isClose(program.spent(100, .sleep), 10))
    #expect(isClose(program.wall.sum, 0.060))
    #expect(isClose(program.tracker.sweep.occupiedSeconds[.onCPU], 0.050))
  }

  /// A script that leaves a server behind and executes another program isn't only a launcher.
  @Test func oneWhoseProcessesLiveOnIsNone() {
    let program = Self.launcher(childEnds: false)
    let launcher = program.tracker.launcher
    #expect(launcher == nil)
    #expect(program.tracker.tally.workers.map(\.tid) == [100, 200])
    #expect(isClose(program.wall.sum, 0.100))
  }

  @Test func noneIsFoundWhereNoneIsWanted() {
    let program = Self.launcher(childEnds: true, finds: false)
    let launcher = program.tracker.launcher
    #expect(launcher == nil && program.tracker.tally.startedProcesses == 1)
  }

  /// Several at one word wait for a lock, until a later look tells better.
  @Test func aLaterLookTellsBetter() throws {
    var program = MadeUp()
    program.off(10, 100)
    let track = try #require(program.tracker.tally.live[100])
    func isWorthResampling(_ ms: Double) -> Bool {
      track.isWorthResampling(nowNS: MadeUp.time(ms))
    }
    #expect(track.unseenSinceNS == MadeUp.time(10) && !isWorthResampling(500))
    program.sample(15, 100, .lock, isTentative: true)
    program.tracker.advance(to: MadeUp.time(20))
    #expect(track.unseenSinceNS == nil)
    #expect(!isWorthResampling(115) && isWorthResampling(116))
    program.sample(120, 100, .waitingForWork)
    program.tracker.advance(to: MadeUp.time(130))
    #expect(!isWorthResampling(500))
    program.on(200, 100)
    program.finish(210)
    #expect(isClose(program.spent(100, .waitingForWork), 190))
    #expect(isClose(program.spent(100, .lock), 0))
    // What was swept before stays.
    let wall = program.wall
    #expect(isClose(wall[.lock] + wall[.waitingForWork], 0.190))
    #expect(wall[.waitingForWork] >= 0.079)
    #expect(program.tracker.tally.locks.isEmpty)
  }

  @Test func aLookAcrossASwitchTellsNothing() {
    var program = MadeUp()
    program.off(10, 100)
    program.sample(19.995, 100, .sleep)
    program.on(20, 100)
    program.off(25, 100)
    program.sample(30, 100, .io)
    program.on(40, 100)
    program.finish(50)
    // One look isn't enough to say what the first wait was for.
    #expect(isClose(program.spent(100, .io), 15))
    #expect(isClose(program.spent(100, .other), 10))
    #expect(isClose(program.spent(100, .sleep), 0))
    #expect(program.tracker.tally.usefulSamples == 1)
  }

  @Test func beingPreemptedIsWaitingForACPU() {
    var program = MadeUp()
    program.off(10, 100, preempted: true)
    program.on(14, 100)
    program.finish(20)
    #expect(isClose(program.spent(100, .runnable), 4))
    #expect(program.tracker.tally.workers[0].involuntary == 1)
    #expect(program.tracker.tally.workers[0].voluntary == 0)
  }

  /// Four threads of 10 ms each under one lock, on two CPUs: wall 40 = 10 on a CPU + 30 for the lock.
  @Test func theIdentityOfTheLock() {
    var program = MadeUp()
    for tid in Int32(101)...104 { program.start(0, tid) }
    for tid in Int32(101)...104 {
      program.on(0, tid)
      if tid != 101 { program.off(0, tid) }
    }
    program.off(0, 100)
    program.sample(5, 100, .waitingForWork)
    for tid in Int32(102)...104 { program.sample(5, tid, .gil) }
    for round in 0..<4 {
      let tid = Int32(101 + round)
      let end = Double(round + 1) * 10
      if round > 0 { program.on(Double(round) * 10, tid) }
      program.end(end, tid)
    }
    program.on(40, 100)
    program.finish(40)
    let wall = program.wall
    #expect(isClose(wall[.onCPU] + wall[.gil], 0.040))
    // While n threads are there, one of them runs: 10 × (1/4 + 1/3 + 1/2 + 1).
    let quarters: [Double] = [1 / 4, 1 / 3, 1 / 2, 1]
    #expect(isClose(wall[.onCPU], 0.010 * quarters.reduce(0, +)))
    #expect(isClose(program.spent(104, .gil), 30))
    // The second CPU was idle for want of the lock, but for the last thread's own 10 ms.
    #expect(isClose(program.sums.lostCPUSeconds[.gil], 0.030))
    #expect(isClose(program.sums.noWorkerSeconds, 0.010))
    #expect(program.tracker.sweep.mostAtOnce() == 4)
  }

  @Test func workersThatPassInTheDoorAreNotAtWorkAtOnce() {
    var program = MadeUp()
    program.off(1, 100)
    program.sample(2, 100, .waitingForWork)
    for index in 0..<10 {
      let tid = Int32(101 + index)
      // Each begins 10 µs before the one before it has ended: 0.1 % of the time, and less.
      program.start(Double(index) * 100 + 2, tid)
      program.on(Double(index) * 100 + 2, tid)
      if index > 0 { program.end(Double(index) * 100 + 2.01, tid - 1) }
    }
    program.end(1100, 110)
    program.on(1100, 100)
    program.finish(1100)
    #expect(program.tracker.sweep.mostAtOnce() == 1)
    #expect(program.tracker.tally.startedThreads == 10)
  }

  @Test func aWorkersStatesAddUpToItsLife() {
    var random = SystemRandomNumberGenerator()
    var program = MadeUp()
    program.start(1, 101)
    var now = 2.0
    program.on(now, 101)
    for _ in 0..<500 {
      now += Double.random(in: 0.01...3, using: &random)
      program.off(now, 101, preempted: Bool.random(using: &random))
      let wait = Double.random(in: 0.1...5, using: &random)
      if Bool.random(using: &random) {
        program.sample(now + wait / 2, 101, Bool.random(using: &random) ? .io : .lock)
      }
      now += wait
      program.tracker.advance(to: MadeUp.time(now))
      program.on(now, 101)
    }
    program.end(now, 101)
    program.finish(now)
    let sum = WorkerState.observed.reduce(0) { $0 + program.spent(101, $1) }
    #expect(abs(sum - (now - 1)) < 1e-3)
    #expect(abs(program.wall.sum - now / 1e3) < 1e-6)
  }

  @Test func whatOnlyTheKernelCountsIsCounted() {
    var program = MadeUp()
    program.off(10, 100)
    program.sample(12, 100, .io)
    program.on(20, 100)
    // It ran for 1 ms more than the records show, and waited 3 ms for a CPU after it was woken.
    program.tracker.tally.live[100]?
      .setCountsBefore(WorkerTrack.KernelCounts(atNS: 0, runNS: 0, waitNS: 0))
    program.tracker.tally.live[100]?.counts = WorkerTrack.KernelCounts(
      atNS: MadeUp.time(21), runNS: 12_000_000, waitNS: 3_000_000)
    program.finish(30)
    #expect(isClose(program.spent(100, .onCPU), 21))
    #expect(isClose(program.spent(100, .runnable) + program.spent(100, .io), 9))
    #expect(isClose(program.spent(100, .runnable), 2.7))
  }

  /// Counts may be taken account of long after they were read: when the records have come.
  @Test func whatIsRunAfterTheReadingIsNotHeldAgainstTheRecords() {
    var program = MadeUp()
    program.tracker.tally.live[100]?
      .setCountsBefore(WorkerTrack.KernelCounts(atNS: 0, runNS: 0, waitNS: 0))
    program.off(22, 100, preempted: true)
    program.on(23, 100)
    program.off(44, 100, preempted: true)
    program.tracker.tally.live[100]?.counts = WorkerTrack.KernelCounts(
      atNS: MadeUp.time(20), runNS: 20_000_000, waitNS: 0)
    program.finish(45)
    #expect(isClose(program.spent(100, .onCPU), 43))
    // But for a stretch that was never proven by then there is no excuse.
    var other = MadeUp()
    other.tracker.tally.live[100]?
      .setCountsBefore(WorkerTrack.KernelCounts(atNS: 0, runNS: 0, waitNS: 0))
    other.off(100, 100, preempted: true)
    other.tracker.tally.live[100]?.counts = WorkerTrack.KernelCounts(
      atNS: MadeUp.time(99), runNS: 20_000_000, waitNS: 0)
    other.finish(101)
    #expect(other.spent(100, .onCPU) < 30)
  }

  /// Two threads wait 5 ms in turns; only later looks say for what.
  @Test func whatIsFoundLaterHoldsForWhatWasBefore() {
    for looks in [10, 30] {
      var program = MadeUp()
      program.off(0, 100)
      program.sample(1, 100, .waitingForWork)
      program.start(0, 101)
      program.on(0, 101)
      for round in 0..<100 {
        let at = Double(round) * 10
        program.off(at + 5, 101)
        if round >= 100 - looks { program.sample(at + 6, 101, .gil) }
        program.tracker.advance(to: MadeUp.time(at + 9))
        program.on(at + 10, 101)
        program.tracker.advance(to: MadeUp.time(at + 10))
      }
      program.finish(1_000)
      let isKnown = looks == 30
      // The workers' column and the wall time agree.
      #expect(isClose(program.spent(101, .gil), isKnown ? 500 : 50))
      #expect(isClose(program.spent(101, .tooShort), isKnown ? 0 : 450))
      #expect(isClose(program.wall[.gil], isKnown ? 0.5 : 0.05))
      #expect(isClose(program.wall[.tooShort] + program.wall[.waitingForWork], isKnown ? 0 : 0.45))
      #expect(program.wall[.other] == 0)
      let track = program.tracker.tally.workers.first { $0.tid == 101 }
      let short = track?.tooShort(like: nil)
      #expect(short?.count == (isKnown ? 0 : 90))
      #expect(short?.nanoseconds == (isKnown ? 0 : 450e6))
    }
  }

  @Test func lostRecordsLoseNoTime() {
    var program = MadeUp()
    program.start(1, 101)
    // Its first moment on a CPU was lost, and then the moment it gave it away.
    program.off(5, 101)
    program.on(9, 101)
    program.on(12, 101)
    // One that nobody saw begin.
    program.off(20, 999)
    program.end(20, 101)
    program.finish(30)
    let sum = WorkerState.observed.reduce(0) { $0 + program.spent(101, $1) }
    #expect(isClose(sum, 19))
    #expect(program.tracker.tally.live[999] != nil)
  }

  @Test func memoryStaysBoundedHoweverManyWorkersThereAre() {
    var program = MadeUp()
    let count = 20_000
    for index in 0..<count {
      let at = Double(index) + 1
      program.start(at, Int32(1_000 + index))
      program.on(at + 0.1, Int32(1_000 + index))
      program.end(at + 0.6, Int32(1_000 + index))
      program.tracker.advance(to: MadeUp.time(at + 0.6))
    }
    program.finish(Double(count) + 2)
    let tally = program.tracker.tally
    #expect(tally.ended.count <= 2 * ProgramTally.mostKept)
    #expect(tally.foldedCount + tally.ended.count == count)
    let onCPU = tally.ended.reduce(tally.folded[.onCPU]) { $0 + $1.spent[.onCPU] }
    #expect(abs(onCPU - Double(count) * 0.5e6) < 1_000)
    #expect(tally.startedThreads == count)
  }
}

@Suite("A timeline keeps its size")
struct TimelineRowTests {
  @Test func spansDoubleAndNothingIsLost() {
    var scale = TimelineScale(originNS: 0)
    var row = TimelineRow()
    // Ten hours of 7 ms running, 13 ms asleep, in steps that fit no span.
    var now: UInt64 = 3_000_000
    let step: UInt64 = 36_000_000_000 / 100
    for index in 0..<1_000 {
      let end = now + step
      scale.reach(end)
      row.add(index % 2 == 0 ? .onCPU : .sleep, fromNS: now, toNS: end, on: scale)
      now = end
    }
    row.match(scale)
    #expect(row.cells.count <= TimelineScale.mostSpans)
    let seconds = row.seconds(resolvedBy: WaitMix(), like: nil)
    let onCPU = seconds.reduce(0) { $0 + Double($1[WorkerState.onCPU.position]) }
    #expect(abs(onCPU - 180) < 0.01)
    // No span holds more than its length.
    let span = Float(scale.spanNS) / 1e9
    #expect(seconds.allSatisfy { $0.reduce(0, +) <= span * 1.001 })
  }

  @Test func aLateWorkerHasNoCellsBeforeItsBeginning() {
    var scale = TimelineScale(originNS: 0)
    var row = TimelineRow()
    scale.reach(100_500_000)
    row.add(.onCPU, fromNS: 100_000_000, toNS: 100_500_000, on: scale)
    #expect(row.first == 100)
    #expect(row.cells.count == 1)
  }
}
