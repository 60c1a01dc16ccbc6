/// Who waits for whom among the workers of a program.
package struct StandstillGraph: Sendable {
  /// A worker and its wait.
  package struct Node: Sendable, Hashable {
    /// The worker.
    package var worker: StillWorker
    /// Its wait; nil when it goes on, or when its wait isn't known.
    package var wait: StillWait?

    /// Makes a node.
    package init(_ worker: StillWorker, _ wait: StillWait?) {
      self.worker = worker
      self.wait = wait
    }
  }

  private let nodes: [Int32: Node]
  private let threads: [Int32: [Int32]]

  /// Makes the graph.
  ///
  /// - Parameter nodes: every worker of the program.
  package init(_ nodes: [Node]) {
    self.nodes = Dictionary(nodes.map { ($0.worker.tid, $0) }) { first, _ in first }
    threads = Dictionary(grouping: nodes.map(\.worker), by: \.pid).mapValues {
      $0.map(\.tid).sorted()
    }
  }

  /// A worker's node.
  package subscript(tid: Int32) -> Node? { nodes[tid] }

  /// The workers that could end a worker's wait.
  ///
  /// - Parameter tid: the worker.
  /// - Returns: their threads, those of other processes first; nil when somebody could who isn't in the
  ///   graph.
  package func actors(of tid: Int32) -> [Int32]? {
    guard let node = nodes[tid], let wait = node.wait else { return nil }
    switch wait.actors {
    case .thread(let holder): return nodes[holder] == nil ? nil : [holder]
    case .goneThread: return []
    case .otherThreads: return threads[node.worker.pid, default: []].filter { $0 != tid }
    case .processes(let pids):
      let others = pids.filter { $0 != node.worker.pid }
      guard others.allSatisfy({ threads[$0] != nil }) else { return nil }
      let own = pids.contains(node.worker.pid) ? [node.worker.pid] : []
      return (others + own).flatMap { threads[$0, default: []] }.filter { $0 != tid }
    }
  }

  /// The workers that can never go on by themselves.
  ///
  /// It is the largest set of workers of which each waits without a time limit, and of whose waits each can
  /// only be ended by others in the set.
  ///
  /// - Complexity: O(w r) for w workers, r of which are removed one after the other, two or three in practice.
  package var stuckForEver: Set<Int32> {
    var stuck = Set(
      nodes.values.filter { node in
        guard let wait = node.wait else { return false }
        return wait.nature == .inside && !wait.hasLimit && wait.isComplete
      }.map(\.worker.tid))
    while true {
      var counts: [Int32: Int] = [:]
      for tid in stuck { counts[nodes[tid]?.worker.pid ?? 0, default: 0] += 1 }
      // A thread in the set is no exception to its whole process being stuck.
      func isStuck(_ pid: Int32) -> Bool {
        threads[pid].map { $0.count == counts[pid, default: 0] } ?? false
      }
      let free = stuck.filter { tid in
        guard let node = nodes[tid] else { return true }
        switch node.wait?.actors {
        case .thread(let holder)?: return !stuck.contains(holder)
        case .goneThread?: return false
        case .otherThreads?: return !isStuck(node.worker.pid)
        case .processes(let pids)?: return !pids.allSatisfy(isStuck)
        case nil: return true
        }
      }
      if free.isEmpty { return stuck }
      stuck.subtract(free)
    }
  }

  /// The next worker on the way of who waits for whom, where there is no doubt which it is.
  ///
  /// A process ends, reads or writes when any of its threads does it; its first thread stands for it. Of several processes, another one than the
  /// waiting worker's own counts: after a fork, each end of a pipe is open twice.
  private func next(after tid: Int32) -> Int32? {
    guard let node = nodes[tid], let wait = node.wait, wait.nature == .inside else { return nil }
    switch wait.actors {
    case .thread(let holder): return nodes[holder]?.worker.tid
    case .goneThread: return nil
    case .otherThreads:
      let others = threads[node.worker.pid, default: []].filter { $0 != tid }
      return others.count == 1 ? others.first : nil
    case .processes(let pids):
      let others = pids.filter { $0 != node.worker.pid }
      guard others.count <= 1 else { return nil }
      let pid = others.first ?? node.worker.pid
      let candidates = threads[pid, default: []].filter { $0 != tid }
      if others.isEmpty, candidates.count > 1 { return nil }
      return candidates.first { $0 == pid } ?? candidates.first
    }
  }

  /// The ring of workers that wait for each other, if one is certain.
  ///
  /// - Parameter within: only these workers.
  /// - Returns: each thread waits for the next, the last for the first; empty when there is none. A single
  ///   thread waits for itself.
  package func ring(within: Set<Int32>) -> [Int32] {
    for start in within.sorted() {
      var path: [Int32] = []
      var place = start
      while within.contains(place) {
        if let begin = path.firstIndex(of: place) { return Array(path[begin...]) }
        path.append(place)
        guard let next = next(after: place) else { break }
        place = next
      }
    }
    return []
  }
}
