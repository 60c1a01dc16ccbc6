import TandemModel

/// What people call the workers of a program: not six times `python3`.
///
/// A thread that was given a name of its own keeps it. Others are named for what they are, and numbered in
/// the order in which they were started: `child 3`, `thread 2 of child 3`, `pool manager`.
struct WorkerNames {
  /// The names, in the order of the workers.
  private let names: [String]
  /// The names within their processes, likewise: without `of child 3`.
  private let ownNames: [String]
  private let workers: [ObservedWorker]
  private let byThread: [Int32: Int]
  private let processNames: [Int32: String]

  /// Names workers.
  ///
  /// - Parameter workers: The report's workers.
  init(_ workers: [ObservedWorker]) {
    let trees = WorkerTree.processes(of: workers, keeping: Set(workers.indices))
    let program = workers.first { $0.kind == .main }
    var names = workers.map { TextWidth.sanitized($0.name) }
    var ownNames = names
    // A program that executes another one has a new name; its children have their parent's until they do.
    let children = trees.filter { $0.hasFirst && workers[$0.workers[0]].kind == .process }
    var titles: [Int: String] = [:]
    for (number, tree) in children.enumerated() {
      let first = workers[tree.workers[0]]
      let isAlone = children.count == 1
      let title = isAlone ? "child" : "child \(number + 1)"
      let isSame = first.name.isEmpty || first.name == program?.name
      titles[tree.workers[0]] =
        isSame ? title : isAlone ? names[tree.workers[0]] : "\(title) (\(names[tree.workers[0]]))"
    }
    for tree in trees {
      let first = tree.hasFirst ? tree.workers[0] : nil
      let title = first.flatMap { titles[$0] }
      if let first {
        names[first] =
          title ?? (tree.workers.count > 1 ? Self.main(workers[first]) : Self.name(workers[first]))
        ownNames[first] = names[first]
      }
      let threads = tree.workers.filter { $0 != first }
      let processName = first.map { workers[$0].name } ?? program?.name
      for (role, members) in Dictionary(grouping: threads, by: { Self.kind(workers[$0]) }) {
        let named = Dictionary(grouping: members) { workers[$0].name }
        for (number, worker) in members.sorted(by: Self.started(workers)).enumerated() {
          let own = workers[worker].name
          let isNamed = !own.isEmpty && own != processName && own != program?.name
          let twins = named[own] ?? []
          ownNames[worker] =
            !isNamed
            ? (members.count == 1 && role != "thread" ? role : "\(role) \(number + 1)")
            : twins.count == 1
              ? names[worker] : "\(names[worker]) #\((twins.firstIndex(of: worker) ?? 0) + 1)"
          names[worker] = ownNames[worker] + (title.map { " of \($0)" } ?? "")
        }
      }
    }
    self.workers = workers
    self.names = names
    self.ownNames = ownNames
    processNames = Dictionary(
      workers.filter { $0.kind != .thread }.map { ($0.pid, $0.name) },
      uniquingKeysWith: { _, last in last })
    byThread = Dictionary(
      workers.indices.map { (workers[$0].tid, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The name of the worker at a place of the report.
  func name(at place: Int) -> String { names[place] }

  /// The same where its process stands above it.
  func ownName(at place: Int) -> String { ownNames[place] }

  /// The name of a worker.
  func name(of worker: ObservedWorker) -> String {
    workers.firstIndex(of: worker).map { names[$0] } ?? TextWidth.sanitized(worker.name)
  }

  /// The name of a thread; nil when it isn't listed.
  func name(ofThread tid: Int32) -> String? { byThread[tid].map { names[$0] } }

  /// Whether a worker's name tells it from its program's first thread.
  func hasOwnName(_ worker: ObservedWorker) -> Bool {
    !worker.name.isEmpty && worker.name != workers.first { $0.kind == .main }?.name
      && (worker.kind != .thread || worker.name != processNames[worker.pid])
  }

  // MARK: Words

  private static func started(_ workers: [ObservedWorker]) -> (Int, Int) -> Bool {
    {
      (workers[$0].startedSeconds, workers[$0].tid, $0) < (
        workers[$1].startedSeconds, workers[$1].tid, $1
      )
    }
  }

  private static func name(_ worker: ObservedWorker) -> String {
    TextWidth.sanitized(worker.name.isEmpty ? worker.kind.rawValue : worker.name)
  }

  private static func main(_ worker: ObservedWorker) -> String { "\(name(worker)), main thread" }

  /// What a thread without a name of its own is.
  static func kind(_ worker: ObservedWorker) -> String {
    switch worker.role {
    // Whether it had something to do is seen; a thread that is stuck had nothing to do either.
    case .main, .worker, .idle: "thread"
    case .runtime: "runtime thread"
    case .manager: "pool manager"
    case .feeder: "queue feeder"
    case .library: "\(library(worker)) thread"
    }
  }

  /// Libraries by what their files' names contain.
  private static let libraries = [
    ("openblas", "OpenBLAS"), ("gomp", "OpenMP"), ("iomp", "OpenMP"), ("libomp", "OpenMP"),
    ("mkl", "MKL"), ("tbb", "TBB"), ("blis", "BLIS"),
  ]

  /// The library whose thread it is: `OpenBLAS`, or its file's name.
  static func library(_ worker: ObservedWorker) -> String {
    let file = worker.beganIn?.fileName ?? ""
    for (part, title) in libraries where file.contains(part) { return title }
    let name = file.split(separator: ".so").first.map(String.init) ?? file
    return TextWidth.truncated(TextWidth.sanitized(name), to: 16)
  }
}
