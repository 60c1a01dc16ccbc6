import TandemModel

/// A program that never ran: workers that do given things in given spans of time.
///
/// What follows from them is worked out, so that a report's figures fit each other.
struct MadeUpProgram {
  /// A stretch of a worker's life in which its time is split in fixed shares.
  struct Phase {
    var from: Double
    var to: Double
    var shares: [WorkerState: Double]
  }

  /// A worker.
  struct Worker {
    var kind: ObservedWorker.Kind
    var pid: Int32
    var tid: Int32
    var name: String
    var phases: [Phase]
    var switches: ContextSwitches?
    var startSeconds: Double?
    var memory: WorkerMemory?

    /// The first thread of the program.
    static func main(
      _ name: String, _ pid: Int32, _ phases: [Phase], pssKiB: Int = 9_800,
      switches: ContextSwitches? = .init(voluntary: 12, involuntary: 3)
    ) -> Worker {
      Worker(
        kind: .main, pid: pid, tid: pid, name: name, phases: phases, switches: switches,
        memory: WorkerMemory(pssKiB: pssKiB, ussKiB: pssKiB * 7 / 10, rssKiB: pssKiB * 3 / 2))
    }

    var observed: ObservedWorker {
      var seconds: [WorkerState: Double] = [:]
      for phase in phases {
        for (state, share) in phase.shares {
          seconds[state, default: 0] += share * (phase.to - phase.from)
        }
      }
      return ObservedWorker(
        kind: kind, pid: pid, tid: tid, name: name, startedSeconds: phases.first?.from ?? 0,
        endedSeconds: phases.last?.to ?? 0, totals: StateSeconds(seconds),
        switches: switches, startSeconds: startSeconds, memory: memory)
    }
  }

  var command: [String]
  var exit: ProgramExit?
  var wallSeconds: Double
  var cpus = 2.0
  var workers: [Worker]
  var spans = 200
  /// The most workers that the report lists.
  var listed = Int.max

  /// What each worker did when.
  var timeline: ObservedTimeline {
    let span = wallSeconds / Double(spans)
    let rows = workers.prefix(listed).enumerated().map { index, worker in
      let first = max(0, min(spans - 1, Int((worker.phases.first?.from ?? 0) / span + 1e-9)))
      let end = worker.phases.last?.to ?? 0
      let last = max(first, min(spans - 1, Int((end / span - 1e-9).rounded(.up)) - 1))
      return ObservedTimeline.Row(
        worker: index, first: first,
        seconds: (first...last).map { cell in
          WorkerState.observed.map { state in
            worker.phases.reduce(Float(0)) { sum, phase in
              let overlap =
                min(phase.to, Double(cell + 1) * span) - max(phase.from, Double(cell) * span)
              return sum + Float(max(0, overlap) * phase.shares[state, default: 0])
            }
          }
        })
    }
    return ObservedTimeline(spanSeconds: span, spans: spans, rows: rows)
  }

  /// The report, without what only an observer could know.
  var report: ExplainReport {
    var totals = StateSeconds()
    for worker in workers.map(\.observed) { totals.add(worker) }
    var wall: [WorkerState: Double] = [:]
    var lost: [WorkerState: Double] = [:]
    var occupied: [WorkerState: Double] = [:]
    var noWorker = 0.0
    var most = 0
    var all = self
    all.listed = .max
    let timeline = all.timeline
    for span in 0..<spans {
      var seconds = [Double](repeating: 0, count: WorkerState.observed.count)
      var atWork = 0.0
      for row in timeline.rows {
        guard row.seconds.indices.contains(span - row.first) else { continue }
        let own = row.seconds[span - row.first]
        for (index, value) in own.enumerated() { seconds[index] += Double(value) }
        let progress = zip(WorkerState.observed, own).reduce(0) {
          $0 + ($1.0.isInProgress ? Double($1.1) : 0)
        }
        if workers[row.worker].kind != .main { atWork += progress / timeline.spanSeconds }
      }
      most = max(most, Int((atWork - 0.02).rounded(.up)))
      for (state, value) in zip(WorkerState.observed, seconds) where value > 0 {
        occupied[state, default: 0] += min(value, timeline.spanSeconds)
      }
      let states = zip(WorkerState.observed, seconds).filter { $0.1 > 0 }
      let working = states.filter { $0.0.isInProgress || $0.0 == .lock }
      let counted = working.isEmpty ? states : working
      let sum = counted.reduce(0) { $0 + $1.1 }
      for (state, value) in counted {
        wall[state, default: 0] += timeline.spanSeconds * value / sum
      }
      let idle = cpus * timeline.spanSeconds - (states.first { $0.0 == .onCPU }?.1 ?? 0)
      let waits = working.filter { $0.0 != .onCPU }
      let waited = waits.reduce(0) { $0 + $1.1 }
      let usable = min(idle, waited)
      for (state, value) in waits { lost[state, default: 0] += usable * value / waited }
      noWorker += idle - usable
    }
    func shares(_ parts: [WorkerState: Double]) -> [StateShare] {
      WorkerState.observed.compactMap { state in
        parts[state].map { StateShare(state: state, seconds: $0) }
      }
    }
    let demand = totals[.onCPU] + totals[.runnable] + totals[.gil]
    let observed = workers.map(\.observed)
    var others: OtherWorkers?
    if workers.count > listed {
      var rest = StateSeconds()
      for worker in observed.dropFirst(listed) { rest.add(worker) }
      others = OtherWorkers(count: workers.count - listed, totals: rest)
    }
    func start(_ kind: ObservedWorker.Kind) -> Double? {
      let starts = observed.filter { $0.kind == kind }.compactMap(\.startSeconds).sorted()
      return starts.isEmpty ? nil : starts[starts.count / 2]
    }
    return ExplainReport(
      tandemVersion: "0.1.0",
      machine: MachineSummary(
        cpusOnline: Int(cpus), cpusAllowed: Int(cpus), cpuQuota: nil, effectiveCPUs: Int(cpus),
        kernel: "6.1.0-18-amd64"),
      command: command, exit: exit, wallSeconds: wallSeconds,
      concurrency: (demand + totals[.io] + totals[.sleep]) / wallSeconds,
      demand: demand / wallSeconds,
      parallelism: totals[.onCPU] / wallSeconds, maxAtOnce: most, totals: totals,
      wallShares: shares(wall), wallOccupied: shares(occupied),
      lostCPU: LostCPU(cpus: cpus, parts: shares(lost), noWorkerSeconds: noWorker),
      workers: Array(observed.prefix(listed)), otherWorkers: others,
      starts: WorkerStarts(
        threads: workers.count { $0.kind == .thread },
        processes: workers.count { $0.kind == .process }, threadStartSeconds: start(.thread),
        processStartSeconds: start(.process)),
      sources: ObservationSources(
        switches: .exact, samples: 1_204, samplingEfficiency: 0.97, attributedShare: 0.92),
      observer: ObserverCost(cpuSeconds: 0.044, share: 0.011))
  }
}

extension StateSeconds {
  /// Adds a worker's time.
  mutating func add(_ worker: ObservedWorker) {
    for state in WorkerState.observed { self[state] += worker[state] }
    if !worker.totals.gilIsMeasured { gilIsMeasured = false }
  }
}
