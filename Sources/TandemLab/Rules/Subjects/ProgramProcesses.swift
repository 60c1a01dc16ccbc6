import TandemModel

/// A program's processes, with what each of them moved and did.
struct ProgramProcesses {
  /// One process.
  struct Process {
    /// What it moved.
    var data: ProcessData
    /// Its threads.
    var threads: [ObservedWorker]
    /// Its name, by its first thread.
    var name: String

    /// Seconds on a CPU, of all its threads.
    var cpuSeconds: Double { threads.reduce(0) { $0 + $1[.onCPU] } }
    /// Seconds from the start of its first thread to the end of its last one.
    var lifeSeconds: Double {
      (threads.map(\.endedSeconds).max() ?? 0) - (threads.map(\.startedSeconds).min() ?? 0)
    }
    /// Waits of its threads; nil when they weren't counted.
    var waits: Double {
      threads.reduce(0) { $0 + ($1.switches?.voluntary ?? 0) }
    }
    /// Times that it both got something and gave something, at most.
    var exchanges: Int { min(data.all.reads, data.all.writes) }

    /// Such as `python (4711)`.
    var label: String { name.isEmpty ? "process \(data.pid)" : "\(name) (\(data.pid))" }
  }

  /// The processes, by their numbers.
  let all: [Int32: Process]
  /// The share of the program's calls of read(2) and write(2) that is known of its processes: the rest was
  /// made after they were last read.
  let coverage: Double

  /// Puts a program's workers together by process.
  ///
  /// - Parameter program: what was observed of it.
  init(_ program: ExplainReport) {
    let threads = Dictionary(grouping: program.workers, by: \.pid)
    var all: [Int32: Process] = [:]
    for data in program.data?.processes ?? [] {
      let own = threads[data.pid] ?? []
      all[data.pid] = Process(
        data: data, threads: own, name: own.first { $0.kind != .thread }?.name ?? "")
    }
    self.all = all
    let known = all.values.reduce(0.0) { $0 + Double($1.data.all.reads + $1.data.all.writes) }
    let made = program.data.map { Double($0.all.reads + $0.all.writes) } ?? 0
    coverage = made > 0 ? min(1, known / made) : 1
  }

  /// Whether a process was started by another one, or by one of those that this started.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - ancestor: the other one.
  /// - Returns: whether it descends from it.
  func descends(_ pid: Int32, from ancestor: Int32) -> Bool {
    var pid = pid
    // A chain can't be longer than there are processes.
    for _ in 0...all.count {
      guard let parent = all[pid]?.data.parent else { return false }
      if parent == ancestor { return true }
      pid = parent
    }
    return false
  }
}
