import TandemModel

extension ObservedRuntime.Name {
  /// What it is called in a sentence.
  var title: String {
    switch self {
    case .pyPy: "PyPy"
    case .ruby: "Ruby"
    case .go: "Go"
    case .java: "Java"
    case .node: "Node.js"
    case .beam: "Erlang's runtime"
    case .dotNet: ".NET"
    }
  }
}

extension ExplainReport {
  /// The share of the wall time that went to a state.
  func wallShare(_ state: WorkerState) -> Double {
    wallSeconds > 0 ? (wallShares.first { $0.state == state }?.seconds ?? 0) / wallSeconds : 0
  }

  /// Workers other than the program's first thread.
  var started: [ObservedWorker] { workers.filter { $0.kind != .main } }

  /// Whether a process hands out work to others that it started.
  func handsOutWork(_ pid: Int32) -> Bool {
    workers.contains { $0.pid == pid && ($0.role == .manager || $0.role == .feeder) }
  }

  /// Whether a quota gives the program less than its CPUs: whose time those had says nothing about it then.
  var hasTightQuota: Bool {
    machine.cpuQuota.map { $0 < Double(machine.cpusAllowed) } ?? false
  }

  /// How many workers the program started.
  var startedCount: Int { starts.threads + starts.processes }

  /// What most of the started workers are.
  var startedNoun: String {
    starts.processes == 0 ? "thread" : starts.threads == 0 ? "process" : "worker"
  }

  /// All that it started: `4 threads`, or `at least 4 threads` where sampling may have missed some.
  var startedAll: String { startedSeen(startedCount) }

  /// Some of what it started: `4 threads`, or `at least 4 threads` where sampling may have missed some.
  func startedSeen(_ count: Int) -> String {
    (sources.switches == .sampled ? "at least " : "") + startedCounted(count)
  }

  /// Such as `4 threads` or `1 process`.
  func startedCounted(_ count: Int) -> String {
    let noun = startedNoun
    if count == 1 { return "1 \(noun)" }
    return noun == "process" ? "\(count) processes" : "\(count) \(noun)s"
  }

  /// Whether Python with its lock on ran in the program.
  var hasGIL: Bool { gil.contains { $0.state == .on } }
}
