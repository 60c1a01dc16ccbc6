import TandemModel

/// What follows from the waits of workers that stand still.
enum StandstillRules {
  /// The most workers that are listed as those that could end a wait.
  private static let mostActors = 16

  /// Whether workers stand still, rather than wait for something outside or for a time of their own.
  ///
  /// A wait with a time limit for nobody in particular may be a pause that the worker chose: `Event.wait(60)`
  /// of Python, and every sleep of Java. Of a process's first thread, and in Java, it always counts as one.
  /// Of another thread it doesn't, if the first thread waits without a limit: then that one doesn't pause.
  ///
  /// - Parameters:
  ///   - members: the workers, all of them off the CPU.
  ///   - javas: the processes that have a Java virtual machine.
  /// - Returns: where workers wait with a limit for nobody in particular; nil when they don't stand still.
  static func pausesIfStill(
    _ members: [StandstillGraph.Node], inJava javas: Set<Int32>
  ) -> Set<Standstill.PauseSite>? {
    var pauses: Set<Standstill.PauseSite> = []
    var patient: Set<Int32> = []
    var pausing: Set<Int32> = []
    for node in members {
      guard let wait = node.wait, wait.nature == .inside else { return nil }
      let worker = node.worker
      if worker.tid == worker.pid, !wait.hasLimit { patient.insert(worker.pid) }
      guard wait.hasLimit, !wait.isIdentified else { continue }
      guard worker.tid != worker.pid, !javas.contains(worker.pid) else { return nil }
      pausing.insert(worker.pid)
      pauses.insert(Standstill.PauseSite(tid: worker.tid, site: wait.site))
    }
    return pausing.isSubset(of: patient) ? pauses : nil
  }

  /// Why workers that are stuck for ever are.
  static func reason(
    _ members: [StandstillGraph.Node], _ graph: StandstillGraph, ring: [Int32]
  ) -> ObservedStandstill.Reason {
    let reasons = members.compactMap { node -> ObservedStandstill.Reason? in
      guard let wait = node.wait, graph.actors(of: node.worker.tid)?.isEmpty == true else {
        return nil
      }
      switch wait.actors {
      case .goneThread: return wait.isAfterFork ? .forkedFromThreads : .holderGone
      case .otherThreads where wait.isAfterFork && wait.target == .openMPTeam:
        return .openMPAfterFork
      case .otherThreads where wait.isAfterFork: return .forkedFromThreads
      case .otherThreads: return .oneThread
      case .processes: return wait.isOnDescriptor ? .ownPipe : .noOtherProcess
      case .thread: return nil
      }
    }
    return ObservedStandstill.Reason.byWeight.first(where: reasons.contains)
      ?? (ring.isEmpty ? .eachOther : .ring)
  }

  /// The waits as they are reported: those of the ring first, in its order.
  ///
  /// - Parameters:
  ///   - members: the workers.
  ///   - graph: who waits for whom.
  ///   - ring: the workers that wait for each other.
  ///   - places: where they are, by thread.
  /// - Returns: a wait for each worker.
  static func waits(
    _ members: [StandstillGraph.Node], _ graph: StandstillGraph, ring: [Int32],
    at places: StandstillPlaces?
  ) -> [StandstillWait] {
    func place(_ node: StandstillGraph.Node) -> (Int, Int32, Int32) {
      let place = ring.firstIndex(of: node.worker.tid) ?? ring.count
      return (place, node.worker.pid, node.worker.tid)
    }
    let tids = Set(members.map(\.worker.tid))
    return members.sorted { place($0) < place($1) }.compactMap { node in
      guard let wait = node.wait else { return nil }
      let holder: Int32? =
        switch wait.actors {
        case .thread(let tid), .goneThread(let tid): tid
        case .otherThreads, .processes: nil
        }
      return StandstillWait(
        pid: node.worker.pid, tid: node.worker.tid, name: node.worker.name,
        target: places?.waits[node.worker.tid].flatMap { target(wait, $0) } ?? wait.target,
        object: wait.object, variable: places?.locks[node.worker.tid]?.variable,
        mapping: places?.locks[node.worker.tid]?.mapping,
        function: places?.functions[node.worker.tid].map { ObservedFunction($0) },
        hasLimit: wait.hasLimit,
        limitSeconds: wait.limitNS.map { Double($0) / 1e9 }, holder: holder,
        // Not a runtime's own threads.
        couldEnd: Array(
          (graph.actors(of: node.worker.tid) ?? []).filter(tids.contains).prefix(mostActors)),
        nobodyElse: wait.isComplete)
    }
  }

  /// What a wait is for that looked like one for a lock of a Python interpreter's, or for a queue of its.
  private static func target(_ wait: StillWait, _ known: PythonWait) -> StandstillWait.Target? {
    guard wait.target == .pythonLock || wait.target == .queue else { return nil }
    return switch known {
    // From 3.13 on, what isn't made of a lock isn't one.
    case .lock: wait.target == .pythonLock ? .lock : nil
    case .condition: .condition
    case .queue, .simpleQueue: .queue
    case .threadEnd: .threadEnd
    }
  }
}

extension ObservedStandstill.Reason {
  /// What explains the most first.
  fileprivate static let byWeight: [ObservedStandstill.Reason] = [
    .openMPAfterFork, .forkedFromThreads, .holderGone, .oneThread, .noOtherProcess, .ownPipe,
  ]
}
