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
    maxAtOnce: 0, totals: ObservedTotals(gilSeconds: nil, sleepSeconds: 1),
    wallShares: [StateShare(state: .sleep, seconds: 1)],
    lostCPU: LostCPU(
      cpus: 2, parts: [StateShare(state: .sleep, seconds: 1)], noWorkerSeconds: 1),
    workers: [
      ObservedWorker(
        kind: .main, pid: 7, tid: 7, name: "sleep", startedSeconds: 0.25, endedSeconds: 1,
        onCPUSeconds: 0,
        runnableSeconds: 0, blocked: BlockedSeconds(gil: nil, sleep: 0.75), switches: nil)
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
    #expect(try json(ProgramExit.code(3)) == #"{"code":3}"#)
    #expect(try json(ProgramExit.signal(11)) == #"{"signal":11}"#)
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
        "command", "concurrency", "demand", "exit", "findings", "gil", "locks", "lost_cpu",
        "machine", "max_at_once", "observer", "omitted", "other_workers", "parallelism", "schema",
        "sources",
        "starts", "tandem_version", "totals", "wall_s", "wall_shares", "workers",
      ])
    #expect(object["exit"] is NSNull, "it was still running")
    #expect((object["totals"] as? [String: Any])?["gil_s"] is NSNull)
    let worker = try #require((object["workers"] as? [[String: Any]])?.first)
    #expect(worker["switches"] is NSNull)
    #expect((worker["blocked"] as? [String: Any])?["gil"] is NSNull)
  }

  @Test("A difference holds both reports")
  func difference() throws {
    let difference = ExplainDifference(
      first: Self.report, second: Self.report, differenceSeconds: 0,
      parts: [StateShare(state: .sleep, seconds: 0)], residualSeconds: 0, sentence: "None.")
    let object = try object(difference)
    #expect(object["schema"] as? String == "tandem.explain-vs/1")
    #expect(
      object.keys.sorted() == [
        "difference_s", "first", "parts", "residual_s", "schema", "second", "sentence",
      ])
    #expect(
      try JSONDecoder().decode(ExplainDifference.self, from: Data(try json(difference).utf8))
        == difference)
  }

  @Test("Each state has its own seconds, and they add up", arguments: WorkerState.allCases)
  func states(state: WorkerState) {
    let totals = ObservedTotals(
      onCPUSeconds: 1, runnableSeconds: 2, gilSeconds: 4, lockSeconds: 8, ioSeconds: 16,
      sleepSeconds: 32, childSeconds: 64,
      waitingForWorkSeconds: 128, otherSeconds: 256)
    let place = WorkerState.allCases.firstIndex(of: state) ?? 0
    #expect(totals[state] == Double(1 << place))
    #expect(totals.allSeconds == 511)
    let worker = ObservedWorker(
      kind: .thread, pid: 1, tid: 2, name: "", startedSeconds: 1, endedSeconds: 512,
      onCPUSeconds: 1, runnableSeconds: 2,
      blocked: BlockedSeconds(
        gil: 4, lock: 8, io: 16, sleep: 32, child: 64, waitingForWork: 128, other: 256),
      switches: nil)
    #expect(worker[state] == Double(1 << place))
    #expect(
      worker.onCPUSeconds + worker.runnableSeconds + worker.blocked.allSeconds == worker.lifeSeconds
    )
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
