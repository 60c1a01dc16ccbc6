import TandemModel
import TandemText

/// Started workers that are alike, so that they can be compared with each other: of the same parent, kind
/// and name, begun in the same function.
///
/// Helpers of a runtime, threads that hand out work, and threads of a runtime that schedules its own units
/// of work on them aren't among them.
struct LikeWorkers {
  /// The workers, in order of their start.
  var workers: [ObservedWorker]

  private struct Key: Hashable {
    var kind: ObservedWorker.Kind
    var parent: Int32?
    var name: String
    var origin: ThreadOrigin?

    init(_ worker: ObservedWorker) {
      kind = worker.kind
      parent = worker.parent
      origin = worker.beganIn
      // Workers are mostly numbered.
      name = worker.name.replacing(/\d+/, with: "#")
    }
  }

  /// The groups of a program, the largest first.
  static func groups(of program: ExplainReport) -> [LikeWorkers] {
    let started = program.started.filter { [.worker, .library, .idle].contains($0.role) }
    return Dictionary(grouping: started, by: Key.init).values
      .map { LikeWorkers(workers: $0) }
      .sorted {
        ($0.workers.count, $1.workers[0].startedSeconds)
          > ($1.workers.count, $0.workers[0].startedSeconds)
      }
  }

  /// Whether their locks look like waits for work from outside.
  func hidesLocks(in program: ExplainReport) -> Bool {
    let hidden = Set(program.runtimes.filter(\.name.hidesLocks).map(\.pid))
    return workers.contains { hidden.contains($0.pid) }
  }

  /// The library whose threads they are; nil for the program's own.
  var library: String? {
    guard workers.contains(where: { $0.beganIn.map { !$0.fileName.isEmpty } ?? false }),
      let file = workers.first(where: { $0.beganIn != nil })?.beganIn?.fileName,
      TeamLibrary(file: file) != nil
    else { return nil }
    // What comes behind is a version, or a number that a package's builder added.
    let name = file.split(separator: ".so").first.map(String.init) ?? file
    return name.replacing(/[-_]+[0-9a-f]{6,}$/, with: "")
  }

  /// How they are called: `8 threads of libopenblas in 4 processes`, `4 processes`, `2 threads (reader)`.
  var title: String {
    Self.title(of: workers, library: library)
  }

  private static func title(of workers: [ObservedWorker], library: String?) -> String {
    let kind = workers.first?.kind == .process ? "process" : "thread"
    let count = FigureText.count(workers.count, kind)
    guard let library else { return count }
    let processes = Set(workers.map(\.pid)).count
    return "\(count) of \(library)"
      + (processes > 1 ? " in \(FigureText.count(processes, "process"))" : "")
  }

  /// Groups that differ only in their process, as one.
  static func acrossProcesses(_ groups: [LikeWorkers]) -> [LikeWorkers] {
    let joined = Dictionary(grouping: groups) { group -> String in
      let first = group.workers[0]
      return "\(first.kind) \(group.library ?? "") \(first.name.replacing(/\d+/, with: "#"))"
    }
    return joined.values.map { LikeWorkers(workers: $0.flatMap(\.workers)) }
      .sorted { $0.wantingSeconds > $1.wantingSeconds }
  }

  /// Seconds on a CPU or ready for one, of all of them.
  var wantingSeconds: Double { workers.reduce(0) { $0 + $1[.onCPU] + $1[.runnable] } }
}
