package import Tandem
package import TandemModel

/// The work to compare: what one item does, and how many there are.
package struct Workload: Sendable, Hashable {
  /// What one item does.
  package enum Kind: Sendable, Hashable {
    /// The lesson's loop, so many iterations.
    case squares(iterations: Int)
    /// The loop: so many iterations, or as many as take so many seconds.
    case cpu(iterations: Int?, seconds: Double)
    /// Waiting for a pipe.
    case io(seconds: Double)
    /// Half of the time the loop, half waiting.
    case mixed(seconds: Double)
    /// A Python function.
    case pythonFunction(path: String, name: String, arguments: PythonWork.Arguments)
    /// The user's own closure or task in Swift, with a name for people.
    case swift(name: String, PortableWork)
  }

  /// What one item does.
  package var kind: Kind
  /// How many items all workers of a run do together.
  package var items: Int
  /// How many workers a run starts.
  package var workers: Int

  /// Makes a workload.
  ///
  /// - Parameters:
  ///   - kind: what one item does.
  ///   - items: how many items all workers do together, at least as many as workers.
  ///   - workers: how many workers a run starts.
  package init(kind: Kind, items: Int, workers: Int) {
    self.kind = kind
    self.items = items
    self.workers = workers
  }

  /// The same work, all of it, over another number of workers.
  ///
  /// - Parameter count: how many workers, at least one and no more than there are items.
  /// - Returns: the work.
  func over(workers count: Int) -> Workload {
    Workload(kind: kind, items: items, workers: count)
  }

  /// A part of the work for fewer workers, who have as many items each.
  ///
  /// - Parameter few: how many workers, at least one.
  /// - Returns: the work.
  func with(workers few: Int) -> Workload {
    Workload(kind: kind, items: max(few, items * few / workers), workers: few)
  }

  /// The work as Swift's models do it, settled by measuring this machine where it is set by a time;
  /// nil for a Python function.
  package func settledForSwift() -> SwiftWork? {
    func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
    return switch kind {
    case .squares(let iterations): .builtIn(.squares(iterations: iterations))
    case .cpu(let iterations?, _): .builtIn(.squares(iterations: iterations))
    case .cpu(nil, let seconds):
      .builtIn(.squares(iterations: Squares.calibrated(seconds: seconds)))
    case .io(let seconds): .builtIn(.io(nanoseconds: nanoseconds(seconds)))
    case .mixed(let seconds):
      .builtIn(
        .mixed(
          iterations: Squares.calibrated(seconds: seconds / 2),
          nanoseconds: nanoseconds(seconds / 2)))
    case .pythonFunction: nil
    case .swift(_, let work): .custom(work)
    }
  }

  /// The work as Python's models do it; nil for a Swift closure or task.
  package var forPython: PythonWork? {
    switch kind {
    case .squares(let iterations): .squares(iterations: iterations)
    case .cpu(let iterations?, _): .cpu(.iterations(iterations))
    case .cpu(nil, let seconds): .cpu(.seconds(seconds))
    case .io(let seconds): .io(seconds: seconds)
    case .mixed(let seconds): .mixed(seconds: seconds, iterations: nil)
    case .pythonFunction(let path, let name, let arguments):
      .function(path: path, name: name, arguments: arguments)
    case .swift: nil
    }
  }

  /// The work as a report names it.
  package var summary: WorkSummary {
    let (name, kind, iterations, seconds): (String, WorkSummary.Kind, Int?, Double?) =
      switch kind {
      case .squares(let iterations): ("squares", .squares, iterations, nil)
      case .cpu(let iterations, let seconds):
        ("cpu", .cpu, iterations, iterations == nil ? seconds : nil)
      case .io(let seconds): ("io", .io, nil, seconds)
      case .mixed(let seconds): ("mixed", .mixed, nil, seconds)
      case .pythonFunction(let path, let function, _):
        (
          "\(path.split(separator: "/").last ?? "")" + ":" + function, .pythonFunction, nil, nil
        )
      case .swift(let name, _): (name, .swiftTask, nil, nil)
      }
    return WorkSummary(
      name: name, kind: kind, items: items, iterations: iterations, workTimeSeconds: seconds)
  }
}
