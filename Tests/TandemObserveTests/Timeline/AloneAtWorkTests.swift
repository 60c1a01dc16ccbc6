import TandemModel
import TandemObserve
import Testing

@Suite("The time in which only one worker of its kind is at work")
struct AloneAtWorkTests {
  private func worker(
    _ tid: Int32, of pid: Int32, by parent: Int32?, gilIsMeasured: Bool = true
  ) -> ObservedWorker {
    ObservedWorker(
      kind: parent == nil ? .main : tid == pid ? .process : .thread, pid: pid, tid: tid,
      name: "worker", startedSeconds: 0, endedSeconds: 4,
      totals: StateSeconds([:], gilIsMeasured: gilIsMeasured), switches: nil, parent: parent)
  }

  /// A row of spans of a second, each with the seconds of its states.
  private func row(_ place: Int, _ cells: [WorkerState: Float]...) -> ObservedTimeline.Row {
    ObservedTimeline.Row(
      worker: place, first: 0,
      seconds: cells.map { cell in WorkerState.observed.map { cell[$0] ?? 0 } })
  }

  private func alone(
    _ workers: [ObservedWorker], _ rows: [ObservedTimeline.Row], woken: [Double]? = nil,
    spans: Int = 2, shortest: Double = 0
  ) -> [Double?] {
    AloneAtWork(
      of: workers, ObservedTimeline(spanSeconds: 1, spans: spans, rows: rows),
      wokenSeconds: woken ?? workers.map { _ in 0 }, shortestSeconds: shortest
    ).seconds.map { $0.map { ($0 * 1e6).rounded() / 1e6 } }
  }

  private var twoThreads: [ObservedWorker] {
    [worker(1, of: 1, by: nil), worker(2, of: 1, by: 1), worker(3, of: 1, by: 1)]
  }

  @Test func oneWorksOnWhenTheOtherHasEnded() {
    let rows = [
      row(0, [.waitingForWork: 1], [.waitingForWork: 1]),
      row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [.onCPU: 1]),
    ]
    #expect(alone(twoThreads, rows) == [nil, 1, 0])
  }

  /// Two that take turns, as samples show them: each is alone in every other span, and one at last in three.
  @Test func onlyStretchesThatAreLongEnoughCount() {
    let (at, idle): ([WorkerState: Float], [WorkerState: Float]) = (
      [.onCPU: 1], [.waitingForWork: 1]
    )
    let rows = [row(1, at, idle, at, idle, idle, idle), row(2, idle, at, idle, at, at, at)]
    #expect(alone(twoThreads, rows, spans: 6) == [nil, 2, 4])
    #expect(alone(twoThreads, rows, spans: 6, shortest: 2) == [nil, 0, 3])
  }

  /// What one that has a lock does, the others may be waiting to do.
  @Test func oneThatWaitsForALockIsNotIdle() {
    let rows = [
      row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [.lock: 1], [.lock: 0.5, .waitingForWork: 0.5]),
    ]
    #expect(alone(twoThreads, rows) == [nil, 0.5, 0])
  }

  @Test func oneThatIsReadyForACPUIsNotIdle() {
    let rows = [
      row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [.runnable: 1], [.runnable: 0.75]),
    ]
    #expect(alone(twoThreads, rows) == [nil, 0.25, 0])
    // It was woken half a second before it got a CPU, wherever that was.
    #expect(alone(twoThreads, [rows[0], row(2)], woken: [0, 0, 0.5]) == [nil, 1.5, 0])
  }

  @Test func whatIsNotKnownMayBeWork() {
    for state in [WorkerState.other, .tooShort, .sleep] {
      let rows = [row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [state: 1], [state: 1])]
      #expect(alone(twoThreads, rows) == [nil, 0, 0])
    }
    var workers = twoThreads
    workers[2] = worker(3, of: 1, by: 1, gilIsMeasured: false)
    let rows = [
      row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [.waitingForWork: 1], [.waitingForWork: 1]),
    ]
    #expect(alone(twoThreads, rows) == [nil, 2, 0])
    #expect(alone(workers, rows) == [nil, 0, 0])
  }

  @Test func aProcessWorksWhileAThreadOfItOrAProcessBelowItDoes() {
    let workers = [
      worker(1, of: 1, by: nil), worker(10, of: 10, by: 1), worker(20, of: 20, by: 1),
      worker(21, of: 20, by: 20), worker(30, of: 30, by: 20),
    ]
    let rows = [
      row(1, [.onCPU: 1], [.onCPU: 1]), row(2, [.child: 1], [.child: 1]),
      row(3, [.onCPU: 0.5], [.waitingForWork: 1]), row(4, [.onCPU: 0.25], [.waitingForWork: 1]),
    ]
    #expect(alone(workers, rows) == [nil, 1.25, 0, nil, nil])
  }
}
