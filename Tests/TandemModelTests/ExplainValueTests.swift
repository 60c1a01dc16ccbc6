import Foundation
import TandemModel
import Testing

/// The values of `tandem.explain/1` and `tandem.explain-vs/1` as they stand in JSON.
@Suite("Values of tandem explain")
struct ExplainValueTests {
  private static let report = ExplainReport(
    tandemVersion: TandemVersion.current,
    machine: MachineSummary(
      cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6.1"),
    command: ["sleep", "1"], exit: nil, wallSeconds: 1, concurrency: 1, demand: 0, parallelism: 0,
    maxAtOnce: 0, totals: StateSeconds([.sleep: 1], gilIsMeasured: false),
    wallShares: [StateShare(state: .sleep, seconds: 1)],
    lostCPU: LostCPU(
      cpus: 2, parts: [StateShare(state: .sleep, seconds: 1)], noWorkerSeconds: 1),
    workers: [
      ObservedWorker(
        kind: .main, pid: 7, tid: 7, name: "sleep", startedSeconds: 0.25, endedSeconds: 1,
        totals: StateSeconds([.sleep: 0.75], gilIsMeasured: false), switches: nil)
    ],
    starts: WorkerStarts(threads: 0, processes: 0),
    sources: ObservationSources(switches: .sampled), observer: ObserverCost(cpuSeconds: 0, share: 0)
  )

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func object(_ value: some Encodable) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(try json(value).utf8)) as? [String: Any])
  }

  @Test("An end is an object with a code or a signal")
  func programExit() throws {
    #expect(try json(ProgramExit.code(3)) == #"{"code":3,"signal":null}"#)
    #expect(try json(ProgramExit.signal(11)) == #"{"code":null,"signal":11}"#)
    let decoder = JSONDecoder()
    for exit in [ProgramExit.code(0), .code(255), .signal(9)] {
      #expect(try decoder.decode(ProgramExit.self, from: Data(try json(exit).utf8)) == exit)
    }
    #expect(throws: DecodingError.self) {
      try decoder.decode(ProgramExit.self, from: Data("{}".utf8))
    }
  }

  @Test("A report names its schema, and its keys are those of the schema")
  func report() throws {
    let object = try object(Self.report)
    #expect(object["schema"] as? String == "tandem.explain/1")
    #expect(
      object.keys.sorted() == [
        "command", "concurrency", "cpus_in_use", "data", "demand", "exit", "findings", "gil", "io",
        "launcher", "left_running", "locks", "lost_cpu", "machine", "max_at_once", "observer",
        "omitted",
        "other_workers", "parallelism", "runtimes", "schema", "sentence", "sources", "standstills",
        "starts", "tandem_version", "timeline", "too_short_waits", "totals", "wall_occupied",
        "wall_s", "wall_shares",
        "workers",
      ])
    #expect(object["exit"] is NSNull, "it was still running")
    #expect((object["totals"] as? [String: Any])?["gil_s"] is NSNull)
    let worker = try #require((object["workers"] as? [[String: Any]])?.first)
    #expect(worker["switches"] is NSNull)
    let totals = try #require(worker["totals"] as? [String: Any])
    #expect(totals["gil_s"] is NSNull)
    #expect(Set(totals.keys) == Set(WorkerState.observed.map { $0.rawValue + "_s" }))
  }

  @Test("A difference holds both reports")
  func difference() throws {
    let difference = ExplainDifference(
      first: Self.report, second: Self.report, differenceSeconds: 0,
      parts: [StateShare(state: .sleep, seconds: 0)], residualSeconds: 0,
      repeated: RepeatedRuns(asked: nil, areUnobserved: true), firstRuns: TimedRuns(),
      secondRuns: TimedRuns(), sentence: "None.")
    let object = try object(difference)
    #expect(object["schema"] as? String == "tandem.explain-vs/1")
    #expect(
      object.keys.sorted() == [
        "comparisons", "difference_s", "findings", "first", "first_runs", "parts", "repeated",
        "residual_s", "schema", "second", "second_runs", "sentence",
      ])
    #expect(
      try JSONDecoder().decode(ExplainDifference.self, from: Data(try json(difference).utf8))
        == difference)
  }

  @Test("Each state has its own seconds, and they add up", arguments: WorkerState.observed)
  func states(state: WorkerState) {
    let totals = StateSeconds([
      .onCPU: 1, .runnable: 2, .gil: 4, .lock: 8, .io: 16, .sleep: 32, .child: 64,
      .waitingForWork: 128, .tooShort: 256, .other: 512,
    ])
    let place = WorkerState.observed.firstIndex(of: state) ?? 0
    #expect(totals[state] == Double(1 << place))
    #expect(totals.allSeconds == 1023)
    let worker = ObservedWorker(
      kind: .thread, pid: 1, tid: 2, name: "", startedSeconds: 1, endedSeconds: 1024,
      totals: totals,
      switches: nil)
    #expect(worker[state] == Double(1 << place))
    #expect(worker.totals.allSeconds == worker.lifeSeconds)
  }

  @Test("Seconds by state come back from JSON as they were")
  func stateSecondsRoundTrip() throws {
    for measured in [true, false] {
      let totals = StateSeconds([.onCPU: 1, .gil: 2, .other: 3], gilIsMeasured: measured)
      #expect(totals.allSeconds == (measured ? 6 : 4))
      let text = try json(totals)
      #expect(try JSONDecoder().decode(StateSeconds.self, from: Data(text.utf8)) == totals)
    }
  }

  @Test("A table has a place of its own for each state, the observed ones first")
  func places() {
    #expect(WorkerState.observed.map(\.position) == Array(0..<10))
    #expect(Set(WorkerState.allCases.map(\.position)) == Set(0..<WorkerState.allCases.count))
    #expect(
      WorkerState.observed == WorkerState.allCases.filter { WorkerState.observed.contains($0) })
  }

  @Test("A lock that was not measured counts nothing, and is no zero in JSON")
  func notMeasured() throws {
    #expect(Self.report.totals[.gil] == 0)
    #expect(Self.report.totals.allSeconds == 1)
    #expect(Self.report.workers[0][.gil] == 0)
    #expect(Self.report.lostCPU[.sleep] == 1)
    #expect(Self.report.lostCPU[.io] == 0)
  }

  @Test("Who wants a CPU is in progress; who waits for another worker isn't")
  func progress() {
    let progress = WorkerState.allCases.filter(\.isInProgress)
    #expect(progress == [.onCPU, .runnable, .gil, .io, .sleep])
    #expect(WorkerState.allCases.filter(\.wantsCPU) == [.onCPU, .runnable, .gil])
  }
}
