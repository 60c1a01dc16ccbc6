/// The rows: every one of DESIGN.md's "Numbers to reach", and what helps to read them.
enum RowCatalogue {
  private static let processPeers = [
    "multiprocessing.Pool", "ProcessPoolExecutor", "loky", "mpire", "pebble",
  ]

  /// All rows.
  ///
  /// - Parameter isQuick: whether blocks are small.
  /// - Returns: the rows, in the order of printing.
  static func rows(isQuick: Bool) -> [Row] {
    throughput(isQuick) + latency(isQuick) + start(isQuick) + data(isQuick) + crossing(isQuick)
      + mishaps(isQuick) + observing(isQuick)
  }

  private static func throughput(_ isQuick: Bool) -> [Row] {
    let small = isQuick ? 2_000 : 10_000
    let large = isQuick ? 20_000 : 200_000
    let integers = isQuick ? 100_000 : 1_000_000
    return [
      Row(
        name: "tiny-tasks",
        what: "tiny tasks in 2 worker processes, each its own frame and its own outcome",
        unit: "tasks/s", better: .higher,
        tandem: .tandem("tiny-tasks", "processes", large),
        floor: .floor("ring", isQuick ? 1 : 3),
        floorIs: "frames of 16 bytes through shared rings to 2 processes and back",
        peers: processPeers.map {
          // Each peer gets enough for about a second.
          .peer("tiny-tasks", $0, $0 == "multiprocessing.Pool" ? 4 * small : small)
        },
        goals: [
          Row.Goal(subject: .ratioToPeer("multiprocessing.Pool"), limit: 20),
          Row.Goal(subject: .ratioToPeer("ProcessPoolExecutor"), limit: 100),
        ]),
      Row(
        name: "tiny-tasks-threads",
        what: "tiny tasks in 2 worker threads, none batched",
        unit: "tasks/s", better: .higher,
        tandem: .tandem("tiny-tasks", "threads", large),
        peers: [.peer("tiny-tasks", "ThreadPoolExecutor", 4 * small)]),
      Row(
        name: "map-integers",
        what:
          "map over \(isQuick ? "100,000" : "1,000,000") integers in 2 worker processes, batched",
        unit: "items/s", better: .higher,
        tandem: .tandem("map", "processes", integers),
        also: [
          (
            "the first map of a new pool, its workers' start with it",
            .tandem("first-map", "processes", integers)
          )
        ],
        peers: processPeers.map {
          .peer("map", $0, $0 == "multiprocessing.Pool" ? integers : integers / 4)
        },
        goals: [Row.Goal(subject: .ratioToPeer("multiprocessing.Pool"), limit: 10)]),
    ]
  }

  private static func latency(_ isQuick: Bool) -> [Row] {
    let calls = isQuick ? 200 : 2_000
    let peerCalls = isQuick ? 100 : 500
    let ways: [(way: String, what: String, goal: Row.Goal)] = [
      ("blocking", "a blocking call", Row.Goal(subject: .ratioToFloor, limit: 1.5)),
      (
        "pool-executor", "an async call on the pool's executor",
        Row.Goal(subject: .ratioToFloor, limit: 1.5)
      ),
      (
        "default-executor", "an async call on the default executor",
        Row.Goal(subject: .ratioToFloor, limit: 3)
      ),
      ("spinning", "a blocking call of a spinning worker", Row.Goal(subject: .median, limit: 3)),
    ]
    let places: [Placement: String] = [
      .oneCPU: "caller and worker on one CPU", .twoCPUs: "on two CPUs",
      .free: "placed by the kernel",
    ]
    let processes = Placement.allCases.flatMap { place in
      ways.map { way, what, goal in
        Row(
          name: "latency/\(way)/\(place.rawValue)",
          what: "\(what) to a worker process and back, \(places[place] ?? "")",
          unit: "µs", better: .lower,
          // Each of these takes a whole time slice of the scheduler.
          tandem: .tandem(
            "latency", way, way == "spinning" && place == .oneCPU ? calls / 10 : calls,
            workers: 1, at: place),
          floor: .floor("latency/\(place.rawValue)", calls),
          floorIs: "futex ping-pong of two processes, same placement",
          peers: processPeers.map { .peer("latency", $0, peerCalls, workers: 1, at: place) },
          // Spinning on one CPU, each end would only keep the other from running.
          goals: way == "spinning" && place == .oneCPU ? [] : [goal])
      }
    }
    let threads = Placement.allCases.map { place in
      Row(
        name: "latency-threads/blocking/\(place.rawValue)",
        what: "a blocking call to a worker thread and back, \(places[place] ?? "")",
        unit: "µs", better: .lower,
        tandem: .tandem("latency", "threads", calls, workers: 1, at: place),
        floor: .floor("latency-threads/\(place.rawValue)", calls),
        floorIs: "futex ping-pong of two threads, same placement",
        peers: [.peer("latency", "ThreadPoolExecutor", peerCalls, workers: 1, at: place)])
    }
    return processes + threads
  }

  private static func start(_ isQuick: Bool) -> [Row] {
    let few = isQuick ? 5 : 20
    let many = isQuick ? 30 : 200
    return [
      Row(
        name: "start-process", what: "start and join of one worker process", unit: "µs",
        better: .lower,
        tandem: .tandem("start-process", "fork-server", many),
        floor: .floor("fork", many), floorIs: "fork, _exit and waitpid of a small C program",
        also: [("fork, _exit and waitpid in a Swift process", .tandem("fork", "", many))],
        peers: [
          .peer("start-process", "multiprocessing.Process fork", few),
          .peer("start-process", "multiprocessing.Process forkserver", few),
        ],
        goals: [Row.Goal(subject: .ratioToFloor, limit: 2.5)]),
      Row(
        name: "start-process-spawn",
        what: "start and join of one worker process, executed anew", unit: "µs", better: .lower,
        tandem: .tandem("start-process", "spawn", few),
        floor: .floor("spawn", many), floorIs: "posix_spawn and waitpid of a small C program",
        peers: [.peer("start-process", "multiprocessing.Process spawn", isQuick ? 3 : 10)]),
      Row(
        name: "start-thread", what: "start and join of one thread", unit: "µs", better: .lower,
        tandem: .tandem("start-thread", "", isQuick ? 200 : 1_000),
        floor: .floor("thread", isQuick ? 200 : 1_000), floorIs: "pthread_create and pthread_join",
        peers: [.peer("start-thread", "threading.Thread", isQuick ? 200 : 1_000)],
        goals: [Row.Goal(subject: .ratioToFloor, limit: 1.5)]),
    ]
  }

  private static func data(_ isQuick: Bool) -> [Row] {
    let copies = isQuick ? 3 : 10
    let memoryPeers = [
      "multiprocessing.Pool fork", "multiprocessing.Pool forkserver", "multiprocessing.Pool spawn",
      "ProcessPoolExecutor", "loky", "mpire", "pebble",
    ]
    return [
      Row(
        name: "argument-64mib", what: "a call with an argument of 64 MiB, read in the worker",
        unit: "GB/s", better: .higher,
        tandem: .tandem("argument", "", copies, workers: 1),
        floor: .floor("memcpy-warm", copies),
        floorIs: "memcpy of 64 MiB into memory written before (warm)",
        also: [("memcpy of 64 MiB into new memory (fresh)", .floor("memcpy-fresh", copies))],
        peers: processPeers.map { .peer("argument", $0, isQuick ? 1 : 3, workers: 1) },
        goals: [Row.Goal(subject: .ratioToFloor, limit: 0.5)]),
      Row(
        name: "shared-array-64mib", what: "a call with a shared array of 64 MiB, no copy",
        unit: "GB/s", better: .higher, tandem: nil,
        whyNot: "there are no shared arrays yet",
        floor: .floor("memcpy-warm", copies),
        floorIs: "memcpy of 64 MiB into memory written before (warm)"),
      Row(
        name: "idle-memory", what: "private memory of an idle worker that has done one tiny task",
        unit: "KiB", better: .lower,
        tandem: .tandem("memory", "fork-server", isQuick ? 2 : 4),
        also: [("executed anew (spawn)", .tandem("memory", "spawn", 2))],
        peers: memoryPeers.map { .peer("memory", $0, 2) },
        goals: [Row.Goal(subject: .median, limit: 1024)]),
    ]
  }

  private static func mishaps(_ isQuick: Bool) -> [Row] {
    [
      Row(
        name: "worker-death", what: "a worker is killed in a task: from its death to the error",
        unit: "ms", better: .lower,
        tandem: .tandem("death", "processes", isQuick ? 10 : 30),
        peers: processPeers.map { .peer("death", $0, isQuick ? 1 : 5) },
        goals: [Row.Goal(subject: .p99, limit: 5)]),
      Row(
        name: "crashing-items",
        what: "an item that ends its worker by a fault, and the start of that worker", unit: "µs",
        better: .lower,
        tandem: .tandem("crashes", "processes", isQuick ? 20 : 200, workers: 1),
        floor: .floor("fork", isQuick ? 30 : 200),
        floorIs: "fork, _exit and waitpid of a small C program",
        // 300 crashes a second.
        goals: [Row.Goal(subject: .median, limit: 1e6 / 300)]),
    ]
  }

  private static func observing(_ isQuick: Bool) -> [Row] {
    let loads: [(load: String, what: String, goal: Double?, scale: Double)] = [
      ("cpu-bound", "two threads that compute", 3, 1),
      ("switches", "two threads that switch some 20,000 times a second", 5, 1),
      ("threads", "a storm of threads, one after another", nil, 0.5),
      ("processes", "a storm of processes, one after another", nil, 0.5),
    ]
    return loads.flatMap { load, what, goal, scale in
      // Goals are for the machine there is; the other figure is what a larger one would have to bear.
      [nil, 16].map { cpus in
        Row(
          name: "observing/\(load)" + (cpus.map { "/\($0)-cpus" } ?? ""),
          what: "wall time that observing adds to \(what)"
            + (cpus.map { ", with the kernel's events of \($0) CPUs" } ?? ""),
          unit: "%", better: .lower,
          tandem: .observed(
            "load/\(load)", pairs: isQuick ? 1 : 3, scale: isQuick ? scale / 10 : scale, cpus: cpus),
          goals: cpus == nil ? goal.map { [Row.Goal(subject: .median, limit: $0)] } ?? [] : [])
      }
    }
  }
}
