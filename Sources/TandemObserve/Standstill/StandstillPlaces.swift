import TandemModel

/// Where workers that stand still are in their programs, and where the locks lie that they wait for.
struct StandstillPlaces {
  /// Where each worker is in its Python program, by thread.
  private(set) var functions: [Int32: PythonPlace] = [:]
  /// What each waits for that sleeps on a lock of a Python interpreter's.
  private(set) var waits: [Int32: PythonWait] = [:]
  /// What is known of where its lock lies.
  private(set) var locks: [Int32: LockNames.Name] = [:]

  /// Reads them, while the workers are still there.
  ///
  /// - Parameters:
  ///   - members: the workers.
  ///   - stack: finds where a worker is in its Python program.
  init(of members: [StandstillGraph.Node], stack: (StillWorker) -> PythonStack) {
    var names = LockNames()
    for node in members.prefix(Standstill.mostWaits) {
      let worker = node.worker
      let stack = stack(worker)
      functions[worker.tid] = stack.telling
      waits[worker.tid] = stack.wait
      // What is behind the GIL's address, everybody knows.
      if let wait = node.wait, wait.target != .gil, let address = wait.address,
        let place = LockPlace.find(address, of: worker.tid, in: worker.pid)
      {
        locks[worker.tid] = names.name(of: place)
      }
    }
  }
}
