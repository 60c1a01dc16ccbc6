import TandemModel

/// A worker, or several alike ones that take one line together.
struct WorkerGroup {
  /// The workers, by their start; at least one.
  var workers: [ObservedWorker]

  /// The fewest alike workers that take one line together.
  static let fewestFolded = 4
  /// Workers are alike when the time that they were busy is within this factor of the median of those of their name.
  private static let likeness = 2.0

  /// Seconds for which all of them were busy.
  var busySeconds: Double { workers.reduce(0) { $0 + $1.busySeconds } }
  /// When the first of them was started.
  var startedSeconds: Double { workers.map(\.startedSeconds).min() ?? 0 }

  /// The mean over the workers of a number that each has; nil when one has none.
  func mean(_ value: (ObservedWorker) -> Double?) -> Double? {
    var sum = 0.0
    for worker in workers {
      guard let value = value(worker) else { return nil }
      sum += value
    }
    return sum / Double(workers.count)
  }

  /// One line a worker for a few; for many, alike ones folded, the busiest lines first.
  ///
  /// - Parameters:
  ///   - workers: The workers.
  ///   - few: The most that all have a line of their own.
  /// - Returns: A few in the order of their trees, many from the busiest to the least.
  static func groups(of workers: [ObservedWorker], few: Int) -> [WorkerGroup] {
    if workers.count <= few {
      let trees = WorkerTree.processes(of: workers, keeping: Set(workers.indices))
      return trees.flatMap(\.workers).map { WorkerGroup(workers: [workers[$0]]) }
    }
    var byName: [String: [ObservedWorker]] = [:]
    for worker in workers {
      byName[
        "\(worker.kind.rawValue) \(worker.role.rawValue) \(stem(of: worker.name))", default: []
      ].append(worker)
    }
    var groups: [WorkerGroup] = []
    for same in byName.values {
      let busy = same.map(\.busySeconds).sorted()
      let median = busy[busy.count / 2]
      // What is shorter than a thousandth of a second is alike, whatever its factor.
      func isAlike(_ worker: ObservedWorker) -> Bool {
        (worker.busySeconds <= median * likeness && worker.busySeconds * likeness >= median)
          || max(worker.busySeconds, median) < 1e-3
      }
      let alike = same.filter(isAlike)
      if alike.count < fewestFolded {
        groups += same.map { WorkerGroup(workers: [$0]) }
        continue
      }
      groups.append(WorkerGroup(workers: alike))
      groups += same.filter { !isAlike($0) }.map { WorkerGroup(workers: [$0]) }
    }
    for index in groups.indices {
      groups[index].workers.sort { ($0.startedSeconds, $0.tid) < ($1.startedSeconds, $1.tid) }
    }
    return groups.sorted {
      ($1.busySeconds, $0.startedSeconds, $0.workers[0].tid) < (
        $0.busySeconds, $1.startedSeconds, $1.workers[0].tid
      )
    }
  }

  /// What names have in common that differ in a number: `Thread-` of `Thread-12 (crunch)`.
  static func stem(of name: String) -> String {
    var stem = ""
    for character in name {
      if character.isASCII, character.isNumber {
        if stem.last != "…" { stem.append("…") }
      } else {
        stem.append(character)
      }
    }
    return stem
  }
}
