import TandemModel

extension KnownTruths {
  /// Python programs: the ones about the GIL on every interpreter, the others on the newest, and the one
  /// with NumPy on the newest that has it.
  static let python: [KnownTruth] =
    KnownPython.found.flatMap(onEvery) + (KnownPython.found.last.map(onNewest) ?? [])
    + (KnownPython.found.last(where: \.hasNumPy).map { [native($0, "numpy")] } ?? [])

  private static let workers = min(KnownMachine.cpus, 4)

  static func onEvery(_ python: KnownPython) -> [KnownTruth] {
    let version = "Python \(python.version)"
    var truths: [KnownTruth] = []
    if python.hasGIL, !python.isMeasured {
      truths.append(
        KnownTruth(
          "GIL, \(version)", "4 threads compute for 1.2 s in all, in a Python that isn’t known",
          .python(python, ["cpu_threads.py", "4", "1.2"]),
          rules: [],
          facts: [
            .threads(4), .cpu(1.2, startUp: 0.2), .gilNotMeasured,
            .atMost(0.1, .io, sampled: 0.2),
          ]))
    }
    if python.hasGIL, python.isMeasured {
      truths.append(
        KnownTruth(
          "GIL, \(version)", "4 threads compute for 1.2 s in all, in Python",
          .python(python, ["cpu_threads.py", "4", "1.2"]),
          rules: ["gil-bound"],
          says: [#"mostly in spin_together \(Python/work\.py:3[0-9]\)"#],
          facts: [
            .threads(4), .atOnce(4...4, sampled: 3...4), .cpu(1.2, startUp: 0.2),
            .gilHeld(exact: 0.75...1, sampled: 0.7...1),
            .ofLives(.gil, .onCPU, .runnable, exact: 0.93...1.0001, sampled: 0.85...1.0001),
            // One of four holds it; the others wait for it or, woken every 5 ms, for a CPU.
            .ofLives(.gil, .runnable, exact: 0.65...0.98, sampled: 0.55...0.98),
            .ofLives(.gil, exact: 0.25...0.78, sampled: 0.2...0.85),
            .atMost(0.05, .lock, sampled: 0.2), .atMost(0.1, .io, sampled: 0.2),
          ]))
    }
    guard python.isMeasured else { return truths }
    truths.append(
      KnownTruth(
        "sleep, \(version)", "4 threads of Python sleep for 1 s",
        .python(python, ["sleeping_threads.py", "4", "1"]),
        rules: ["io-bound"],
        facts: [
          .threads(4), .atOnce(4...4, sampled: 4...4), .littleCPU(0.3),
          .atLeast(4, .sleep, sampled: 3.4), .gilWait(atMost: 0.1), .atMost(0.05, .lock),
        ]))
    truths.append(
      KnownTruth(
        "idle threads, \(version)",
        "a pool of 4 threads of Python has nothing to do, for 1 s of CPU time",
        .python(python, ["idle_threads.py", "4", "1"]),
        rules: ["cpus-in-use"],
        facts: [
          .threads(4), .cpu(1.0, startUp: 0.3), .gilWait(atMost: 0.1),
          // Up to 3.12 nothing but all of them waiting tells a queue from a lock.
          .atMost(0.05, .lock, sampled: 2),
        ]))
    if !python.hasGIL {
      truths.append(
        KnownTruth(
          "no GIL, \(version)",
          "4 threads compute for 1.2 s in all, on two CPUs, in Python without a GIL",
          .python(python, ["cpu_threads.py", "4", "1.2"]), cpus: 2,
          rules: ["oversubscribed"],
          facts: [
            .threads(4), .cpu(1.2, startUp: 0.2), .gilIsOff, .gilWait(atMost: 0),
            .ofLives(.onCPU, .runnable, exact: 0.93...1.0001, sampled: 0.85...1.0001),
          ]))
    }
    return truths
  }

  private static func onNewest(_ python: KnownPython) -> [KnownTruth] {
    var truths = [
      native(python, "sha256"), native(python, "zlib"),
      KnownTruth(
        "Python reads", "4 threads of Python read a pipe that another program feeds now and then",
        .python(python, ["reading_threads.py", "4"]), input: .drip(count: 20, pauseSeconds: 0.06),
        rules: ["io-bound"],
        facts: [
          .threads(4), .atOnce(4...4, sampled: 4...4), .littleCPU(0.3),
          .ofLives(.io, exact: 0.8...1, sampled: 0.7...1), .gilWait(atMost: 0.1),
        ]),
      KnownTruth(
        "Python lock", "4 threads of Python sleep for 0.8 s in all, holding one lock",
        // Long enough for each sleep to be looked at, also where the observer seldom gets a CPU.
        .python(python, ["locked_threads.py", "4", "16", "0.05"]),
        rules: ["lock-bound"], says: [#"mostly in rounds \(Python/locked_threads\.py:17\)"#],
        facts: [
          .threads(4), .atLeast(0.8, .sleep, sampled: 0.6), .atLeast(1.9, .lock, sampled: 1.3),
          .gilWait(atMost: 0.15),
        ]),
      KnownTruth(
        "lesson, threads", "the lesson’s 100 threads, started and joined in one loop",
        .python(python, ["lesson.py", "threads", "100"]),
        rules: ["never-overlapped"],
        unsureWhenSampled: [
          "never-overlapped", "workers-took-turns", "gil-bound", "cpus-in-use",
        ],
        facts: [.threads(100, sampled: false)]),
      KnownTruth(
        "lesson, processes", "the lesson’s 100 processes, started and joined in one loop",
        .python(python, ["lesson.py", "processes", "100"]),
        rules: ["never-overlapped", "start-up-dominates"],
        unsureWhenSampled: [
          "never-overlapped", "workers-took-turns", "start-up-dominates", "cpus-in-use",
        ],
        facts: [.processes(100, sampled: false), .atOnce(1...1)]),
    ]
    for method in ["fork", "forkserver", "spawn"] {
      // The fork server and the resource tracker are processes too.
      let helpers = method == "fork" ? 0 : method == "spawn" ? 1 : 2
      truths.append(
        KnownTruth(
          "pool, \(method)", "a process for each CPU (4 at most) computes for 1 s, in a pool",
          .python(python, ["pool.py", method, "\(workers)", "\(8 * workers)", "0.125"]),
          rules: ["cpus-in-use"],
          // Nobody waits for the resource tracker's end.
          waitsForAll: method == "fork",
          facts: [
            .processes(workers + helpers),
            .cpu(Double(workers), startUp: 0.25 * Double(workers + 2)),
            .littleLock, .gilWait(atMost: 0.3),
          ]))
      truths.append(
        KnownTruth(
          "idle pool, \(method)", "a pool of 2 processes gets nothing to do, for 1.5 s of CPU time",
          .python(python, ["idle_pool.py", method, "2", "1.5"]),
          rules: ["cpus-in-use"],
          // Where CPUs are rare, interpreters that start at once take a while to.
          unsureWhenBusy: [
            "oversubscribed", "never-overlapped", "workers-took-turns", "workers-uneven",
          ],
          // Nobody waits for the resource tracker's end.
          waitsForAll: method == "fork",
          facts: [
            .processes(2 + helpers), .cpu(1.5, startUp: 0.8), .littleLock, .gilWait(atMost: 0.3),
          ]))
    }
    truths.append(
      KnownTruth(
        "idle pool of 12", "a pool of 12 processes gets nothing to do, for 1 s of CPU time",
        .python(python, ["idle_pool.py", "fork", "12", "1"]),
        rules: ["more-workers-than-work"],
        unsureWhenSampled: ["more-workers-than-work", "cpus-in-use"],
        // Twelve that start at once on CPUs that are rare are at work for a while.
        unsureWhenBusy: ["more-workers-than-work", "oversubscribed"],
        facts: [.processes(12), .cpu(1, startUp: 0.3), .littleLock, .gilWait(atMost: 0.3)]))
    return truths
  }

  /// Threads in code that gives the GIL away.
  private static func native(_ python: KnownPython, _ kind: String) -> KnownTruth {
    KnownTruth(
      "native, \(kind)", "a thread for each CPU (4 at most) in \(kind), which gives the GIL away",
      .python(python, ["native_threads.py", kind, "\(workers)", "1"]),
      rules: ["cpus-in-use"],
      facts: [
        .threads(workers), .cpu(Double(workers), startUp: 0.3),
        .atOnce(workers...workers, sampled: workers...workers),
        .gilWait(atMost: 0.15 * Double(workers)),
      ])
  }
}
