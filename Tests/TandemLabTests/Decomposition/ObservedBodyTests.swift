import TandemModel
import TandemObserve
import Testing

@testable import TandemLab

@Suite("What was seen of a body, and what it counts under") struct ObservedBodyTests {
  private func body(
    _ doing: [(ObservedSegment.Doing, Double)], mix: WaitMix = WaitMix(), hasGIL: Bool = false,
    wokenSeconds: Double = 0, _ record: (ObservedRun.Worker) -> WorkerRecord
  ) throws -> ObservedBody {
    var worker = Seen.worker(7, mix: mix, doing)
    worker.wokenNS = MadeUp.nanoseconds(wokenSeconds)
    let reported = record(worker)
    let run = Seen.run([(worker, reported)], hasGIL: hasGIL)
    return try #require(ObservedBody(of: reported, seenAs: worker, in: run.observed))
  }

  private func seconds(_ body: ObservedBody) -> [WorkerState: Double] {
    var result: [WorkerState: Double] = [:]
    for share in body.counted.scaled(by: 1e-9).shares {
      result[share.state] = (share.seconds * 1e6).rounded() / 1e6
    }
    return result
  }

  @Test func everyStateCountsAsItself() throws {
    for state in WorkerState.observed {
      let body = try body([(.state(state), 1)]) {
        Seen.record(of: $0, onCPU: 0, runnable: state == .runnable ? 1 : 0)
      }
      #expect(seconds(body) == [state: 1])
      #expect(body.segments.count == 1)
    }
  }

  /// From being woken to running a worker seems to wait: the kernel's own count says for how long.
  @Test func wokenAndNotYetRunIsReadyForACPU() throws {
    let doing: [(ObservedSegment.Doing, Double)] = [
      (.state(.onCPU), 1), (.state(.lock), 0.6), (.state(.runnable), 0.1), (.state(.io), 0.3),
    ]
    let told = try body(doing) { Seen.record(of: $0, onCPU: 1, runnable: 0.4) }
    #expect(seconds(told) == [.onCPU: 1, .runnable: 0.4, .lock: 0.4, .io: 0.2])
    // Who can't tell was perhaps read from outside.
    let read = try body(doing, wokenSeconds: 0.3) { Seen.record(of: $0, onCPU: 1, runnable: nil) }
    #expect(seconds(read) == [.onCPU: 1, .runnable: 0.4, .lock: 0.4, .io: 0.2])
    let unknown = try body(doing) { Seen.record(of: $0, onCPU: 1, runnable: nil) }
    #expect(seconds(unknown) == [.onCPU: 1, .runnable: 0.1, .lock: 0.6, .io: 0.3])
  }

  /// What can't be named from outside takes the worker's own word, but no more than there is.
  @Test func ownWordNamesWhatHasNoName() throws {
    let waits = BlockedTimes(ioNS: MadeUp.nanoseconds(0.9))
    let some = try body([(.state(.onCPU), 1), (.state(.waitingForWork), 1)]) {
      Seen.record(of: $0, onCPU: 1, blocked: waits)
    }
    #expect(seconds(some) == [.onCPU: 1, .io: 0.9, .waitingForWork: 0.1])
    let named = try body([(.state(.onCPU), 1), (.state(.lock), 1)]) {
      Seen.record(of: $0, onCPU: 1, blocked: waits)
    }
    #expect(seconds(named) == [.onCPU: 1, .lock: 1])
    let tooMuch = try body([(.state(.onCPU), 1.8), (.state(.other), 0.2)]) {
      Seen.record(of: $0, onCPU: 1, blocked: waits)
    }
    #expect(seconds(tooMuch) == [.onCPU: 1.8, .io: 0.2])
  }

  @Test func theModelOfAGlobalLockIsALock() throws {
    let waits = BlockedTimes(gilNS: MadeUp.nanoseconds(1))
    let doing: [(ObservedSegment.Doing, Double)] = [(.state(.onCPU), 1), (.state(.lock), 1)]
    let model = try body(doing) { Seen.record(of: $0, onCPU: 1, blocked: waits) }
    #expect(seconds(model) == [.onCPU: 1, .gil: 1])
    // Where the real one was looked at, a lock is another one.
    let python = try body(doing, hasGIL: true) { Seen.record(of: $0, onCPU: 1, blocked: waits) }
    #expect(seconds(python) == [.onCPU: 1, .lock: 1])
  }

  @Test func whatNobodyLookedIntoIsAsWhatWasSeen() throws {
    var mix = WaitMix()
    for _ in 0..<60 { mix.count(.gil, lengthNS: 5_000_000) }
    for _ in 0..<20 { mix.count(.io, lengthNS: 5_000_000) }
    for _ in 0..<30 { mix.count(.lock, lengthNS: 50_000_000) }
    let doing: [(ObservedSegment.Doing, Double)] = [
      (.state(.onCPU), 1), (.unseen(.short), 1), (.unseen(.long), 2),
    ]
    let seen = try body(doing, mix: mix) { Seen.record(of: $0, onCPU: 1) }
    #expect(seconds(seen) == [.onCPU: 1, .gil: 0.75, .io: 0.25, .lock: 2])
    let nothing = try body([
      (.state(.onCPU), 1), (.unseen(.brief), 1), (.unseen(.long), 1),
    ]) { Seen.record(of: $0, onCPU: 1) }
    #expect(seconds(nothing) == [.onCPU: 1, .tooShort: 1, .other: 1])
  }

  /// A pool's worker: tasks, taking in and sending, and waiting for the next.
  @Test func aPoolsWorkerWaitsForTasksAndMovesData() throws {
    let tasks = TaskTotals(
      count: 10, runningNS: MadeUp.nanoseconds(1.5), spanNS: MadeUp.nanoseconds(4))
    let body = try body([
      (.state(.onCPU), 1), (.state(.io), 0.5), (.state(.onCPU), 0.5),
      (.state(.waitingForWork), 2),
    ]) { Seen.record(of: $0, onCPU: 1, tasks: tasks) }
    #expect(seconds(body) == [.onCPU: 1, .movingData: 0.5, .io: 0.5, .waitingForWork: 2])
  }

  @Test func switchesAreThoseInsideTheBody() throws {
    let worker = Seen.worker(
      7,
      [
        (.state(.onCPU), 1), (.state(.lock), 1), (.state(.onCPU), 1), (.state(.runnable), 1),
        (.state(.onCPU), 1), (.unseen(.long), 1), (.state(.onCPU), 1),
        (.state(.io), 1),
      ])
    var record = Seen.record(of: worker, onCPU: 3)
    // Entered while it waited for the lock, left before it waited for I/O.
    record.bodyEnteredNS += Seen.second * 3 / 2
    record.bodyLeftNS = worker.startedNS + Seen.second * 13 / 2
    let run = Seen.run([(worker, record)])
    let body = try #require(ObservedBody(of: record, seenAs: worker, in: run.observed))
    #expect(body.switches == ContextSwitches(voluntary: 1, involuntary: 1))
    #expect(body.segments.first?.fromNS == record.bodyEnteredNS)
    #expect(body.segments.last?.toNS == record.bodyLeftNS)
    #expect(abs(body.seen.sum - 5e9) < 1)
  }

  /// Many short stretches are put together; nothing is lost, and they still cover the body.
  @Test func shortStretchesArePutTogether() throws {
    let worker = Seen.worker(
      7, (0..<10_000).map { (.state($0.isMultiple(of: 2) ? .onCPU : .gil), 0.000_1) })
    let record = Seen.record(of: worker, onCPU: 0.5)
    let run = Seen.run([(worker, record)], hasGIL: true)
    let body = try #require(
      ObservedBody(of: record, seenAs: worker, in: run.observed, mostSegments: 100))
    #expect((50...200).contains(body.segments.count))
    #expect(zip(body.segments, body.segments.dropFirst()).allSatisfy { $0.toNS == $1.fromNS })
    #expect(abs(body.counted[.onCPU] - 5e8) < 1 && abs(body.counted[.gil] - 5e8) < 1)
    #expect(body.segments.allSatisfy { abs($0.shares.sum - 1) < 1e-9 })
  }

  @Test func tooLittleIsNotEnough() {
    let worker = Seen.worker(7, [(.state(.onCPU), 1)])
    var record = Seen.record(of: worker, onCPU: 1)
    record.bodyLeftNS += 2 * Seen.second
    let run = Seen.run([(worker, record)])
    #expect(ObservedBody(of: record, seenAs: worker, in: run.observed) == nil)
  }

  /// The kernel uses thread numbers again.
  @Test func workersAreFoundByNumberAndTime() {
    let early = Seen.worker(7, [(.state(.onCPU), 1)])
    let late = Seen.worker(7, from: 5 * Seen.second, [(.state(.lock), 1)])
    var elsewhere = Seen.record(of: late, onCPU: 0)
    elsewhere.pid = 999
    var untold = Seen.record(of: late, onCPU: 0)
    untold.tid = nil
    var run = Seen.run([
      (early, Seen.record(of: early, onCPU: 1)), (late, Seen.record(of: late, onCPU: 0)),
    ])
    run.record.workers += [elsewhere, untold]
    let bodies = ObservedBodies(run)
    #expect(bodies.entries.map { $0?.body.seen.largest } == [.onCPU, .lock, nil, nil])
    #expect(bodies.unseen == 2 && !bodies.areEnough)
  }
}
