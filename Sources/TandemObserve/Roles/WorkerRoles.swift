import TandemModel

/// Tells what each worker is for, from names, parents, where threads began, and how they waited.
struct WorkerRoles {
  /// The runtimes of processes.
  var runtimes: [Int32: ObservedRuntime.Name]
  /// Processes that run Python.
  var pythons: Set<Int32>
  /// Processes that are helpers of a runtime, such as Python's resource tracker.
  var helpers: Set<Int32>
  /// The wall time in seconds.
  var wallSeconds: Double

  /// Gives each worker its role.
  ///
  /// - Parameter workers: the workers, in order of their start.
  func assign(to workers: inout [ObservedWorker]) {
    let own = nodesOwn(workers)
    let parents = Set(workers.filter { $0.kind == .process && !isHelper($0) }.compactMap(\.parent))
    for index in workers.indices {
      let worker = workers[index]
      var role = role(of: worker, own, parents)
      if role == .worker || role == .library, isIdle(worker) { role = .idle }
      workers[index].role = role
    }
  }

  private func isHelper(_ worker: ObservedWorker) -> Bool { helpers.contains(worker.pid) }

  private func role(
    of worker: ObservedWorker, _ own: Set<ThreadOrigin>, _ parents: Set<Int32>
  ) -> WorkerRole {
    if worker.kind == .main { return .main }
    if isHelper(worker) { return .runtime }
    guard worker.kind == .thread else { return .worker }
    let file = worker.beganIn?.fileName ?? ""
    if let runtime = runtimes[worker.pid] {
      // The thread in which the `java` command runs the virtual machine and `main`.
      if runtime == .java, file.hasPrefix("libjli.so") { return .main }
      if RuntimeThreadNames.contains(worker.name, of: runtime) { return .runtime }
      if runtime == .node, let origin = worker.beganIn, own.contains(origin) { return .runtime }
    }
    if TeamLibrary(file: file) != nil { return .library }
    if worker.name.hasPrefix("QueueFeederThre") { return .feeder }
    if pythons.contains(worker.pid), parents.contains(worker.pid), handsOver(worker) {
      return .manager
    }
    return .worker
  }

  /// Where the threads began that Node.js starts before it runs any script: its first six.
  private func nodesOwn(_ workers: [ObservedWorker]) -> Set<ThreadOrigin> {
    var counts: [Int32: Int] = [:]
    var own: Set<ThreadOrigin> = []
    for worker in workers where worker.kind == .thread && runtimes[worker.pid] == .node {
      counts[worker.pid, default: 0] += 1
      if counts[worker.pid, default: 0] <= 6, let origin = worker.beganIn { own.insert(origin) }
    }
    return own
  }

  /// Whether a thread does little each time that it wakes.
  ///
  /// Beside the processes of a pool, such a thread hands out work and takes results.
  private func handsOver(_ worker: ObservedWorker) -> Bool {
    let waits = worker.switches?.voluntary ?? 0
    return worker[.onCPU] <= 0.001 * max(waits, 1)
  }

  /// Whether a worker had nothing to do nearly all of the time.
  private func isIdle(_ worker: ObservedWorker) -> Bool {
    let life = worker.lifeSeconds - worker[.runnable]
    return worker.lifeSeconds >= 0.5 * wallSeconds && worker[.onCPU] <= 0.01 * life
      && worker[.waitingForWork] >= 0.9 * life
  }
}
