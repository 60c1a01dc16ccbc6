import TandemModel
import TandemText

extension WorkerNames {
  /// What the workers of a group are called together: `4 child processes`, `16 OpenMP threads`,
  /// `ThreadPoolExecutor-0_… × 4`.
  ///
  /// - Parameter group: The group.
  /// - Returns: The worker's name when it is alone.
  func label(of group: WorkerGroup) -> String {
    let first = group.workers[0]
    let count = group.workers.count
    if count == 1 { return name(of: first) }
    if hasOwnName(first) {
      let isOne = group.workers.allSatisfy { $0.name == first.name }
      let stem = TextWidth.sanitized(isOne ? first.name : WorkerGroup.stem(of: first.name))
      return "\(stem) × \(FigureText.count(count))"
    }
    if first.kind == .process {
      return "\(FigureText.count(count)) child processes"
    }
    return FigureText.count(count, first.role == .idle ? "idle thread" : Self.kind(first))
  }
}
