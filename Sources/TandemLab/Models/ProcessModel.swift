import Tandem
import TandemModel
import TandemObserve
import TandemSystem

/// What a worker process of a run does.
struct ProcessBody: WorkerTask {
  var work: SwiftWork
  var items: Range<Int>

  nonisolated(nonsending) func run() async throws -> BodyMeasure {
    try await work.resolved().measureInOwnProcess(items)
  }
}

extension SwiftRun {
  /// A process a worker.
  ///
  /// - Parameters:
  ///   - log: where it is written down.
  ///   - method: how a process is started.
  /// - Throws: why a worker could not be started or did not end well.
  func runProcesses(_ log: inout RunLog, method: StartMethod) throws {
    let server = try log.span(.startingServer) { try WorkerServer.start() }
    let processes = log.span(.preparing) {
      (0..<workers).map { worker in
        WorkerProcess(
          name: "Process \(worker)", startMethod: method,
          task: ProcessBody(work: work, items: items(of: worker)))
      }
    }
    try drive(processes, &log) { process, measure, observed in
      measure.record(
        startCalled: process.times.startCalled ?? 0, endObserved: observed,
        usage: process.usage.map { ResourceUsage($0.account) })
    }
    log.others += log.workers.compactMap(\.usage)
    if let reason = processes.first?.fallbackReason { log.notMeasured.append(reason) }
    if let usage = ResourceUsage(ofServer: server) {
      log.others.append(usage)
    } else {
      log.notMeasured.append("CPU time of the fork server: /proc does not show it")
    }
  }
}

extension ResourceUsage {
  /// What a fork server of this process has used in its whole life, which lies within the run.
  ///
  /// It isn't waited for before the run ends, so `/proc` tells. Nearly all of it is forking, which is
  /// system time.
  ///
  /// - Parameter server: its process number.
  init?(ofServer server: Int32) {
    guard let schedule = try? SchedStat.read(.process(server)),
      let status = try? ProcStatus.read(.process(server)),
      let voluntary = status.voluntarySwitches, let involuntary = status.involuntarySwitches
    else { return nil }
    self.init(
      userSeconds: 0, systemSeconds: Double(schedule.runNS) / 1e9,
      switches: ContextSwitches(
        voluntary: Double(voluntary), involuntary: Double(involuntary)),
      maxResidentKiB: status.peakResidentKiB ?? 0)
  }
}
