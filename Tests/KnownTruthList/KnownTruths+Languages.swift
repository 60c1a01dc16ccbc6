import TandemModel

extension KnownTruths {
  /// Programs in other languages, as far as their tools are found, and Swift's own queues.
  static let languages: [KnownTruth] = swift + KnownLanguage.found.flatMap(truths)

  private static let swift = [
    turns("Swift, DispatchQueue.sync", .fixture(["dispatch-sync", "4", "400", "0.002"])),
    queue(
      "Swift, DispatchSemaphore", .fixture(["dispatch-semaphore", "4", "60", "0.002"]), items: 60),
    KnownTruth(
      "Swift, actor", "4 tasks compute for 0.8 s in all, and only in one actor",
      .fixture(["actor", "4", "400", "0.002"]),
      // With one thread there is nobody to take turns with, and nothing in the way.
      rules: ["workers-took-turns"],
      unsureWhenSampled: ["never-overlapped", "workers-took-turns", "cpus-in-use"],
      unsureWhenBusy: ["never-overlapped", "workers-took-turns", "more-workers-than-work"],
      facts: [
        .cpu(0.8), .atOnce(1...2, sampled: 1...2), .atMost(0.02, .io),
        // Threads without a task wait for one.
        .atMost(0.5, .lock, sampled: 1),
      ]),
  ]

  private static func truths(_ language: KnownLanguage) -> [KnownTruth] {
    let name = language.rawValue
    func program(_ what: String) -> KnownTruth.Program { .language(language, [what]) }
    switch language {
    case .cPlusPlus:
      return [
        turns("C++, std::mutex", program("convoy")),
        queue("C++, std::condition_variable", program("queue")), freely(name, program("free")),
      ]
    case .openMP:
      // The first thread is one of the four.
      return [turns("OpenMP, critical", program("critical"), threads: 3)]
    case .rust:
      return [
        turns("Rust, Mutex", program("convoy")),
        queue("Rust, channels", program("queue"), threads: 4, producers: 0),
        freely(name, program("free")),
      ]
    case .go: return go
    case .java: return java
    case .ruby: return ruby
    case .pyPy: return pyPy
    // Their programs have one cause each.
    case .c, .node, .erlang, .php, .perl, .oCaml, .swift, .shell, .make: return []
    }
  }

  // MARK: The same in several languages

  private static func turns(
    _ name: String, _ program: KnownTruth.Program, threads: Int = 4
  ) -> KnownTruth {
    KnownTruth(
      name, "4 threads compute for 0.8 s in all, and only while they have one lock", program,
      rules: ["lock-bound"],
      facts: [
        .threads(threads), .cpu(0.8), .atMost(0.05, .io), .atMost(0.02, .gil),
        // Three of four wait for the lock or, woken in vain, for a CPU.
        .ofLives(.lock, .runnable, exact: 0.5...0.98, sampled: 0.4...0.98),
        .ofLives(.lock, exact: 0.25...0.8, sampled: 0.2...0.85),
        // Who has done its part waits for the others, in OpenMP.
        .ofLives(
          .lock, .runnable, .onCPU, exact: (threads < 4 ? 0.6 : 0.9)...1.0001,
          sampled: (threads < 4 ? 0.5 : 0.8)...1.0001),
      ])
  }

  private static func queue(
    _ name: String, _ program: KnownTruth.Program, threads: Int = 5, producers: Int = 1,
    items: Int = 40
  ) -> KnownTruth {
    let workers = Double(threads - producers) / Double(threads)
    var truth = KnownTruth(
      name,
      "4 threads compute for 2 ms each time that another thread, which sleeps for 20 ms, wakes one",
      program, rules: [], unsureWhenSampled: ["lock-bound"],
      facts: [
        .threads(threads), .cpu(0.002 * Double(items)), .atMost(0.05, .io),
        .ofLives(
          .waitingForWork, exact: (0.7 * workers)...workers, sampled: (0.45 * workers)...workers),
        // What a semaphore is, a few looks have to tell.
        .ofLives(.lock, exact: 0...0.25, sampled: 0...0.45),
      ])
    // The one that sleeps decides how long it takes: both say so.
    truth.names = ["io-bound", "more-workers-than-work"]
    return truth
  }

  private static func freely(_ name: String, _ program: KnownTruth.Program) -> KnownTruth {
    KnownTruth(
      "\(name), free", "4 threads compute for 0.3 s each, on two CPUs", program, cpus: 2,
      rules: ["oversubscribed"],
      facts: [
        .threads(4), .cpu(1.2), .atOnce(4...4, sampled: 3...4), .atMost(0.02, .lock),
        .ofLives(.onCPU, .runnable, exact: 0.95...1.0001, sampled: 0.85...1.0001),
      ])
  }

  // MARK: Each in its own way

  /// Goroutines aren't threads: how many threads there are is the runtime's choice.
  private static let go = [
    KnownTruth(
      "Go, sync.Mutex", "4 goroutines compute for 0.8 s in all, and only while they have one lock",
      .language(.go, ["convoy"]),
      rules: ["cpus-in-use"],
      unsureWhenBusy: ["never-overlapped", "workers-took-turns"],
      facts: [
        .cpu(0.8), .atMost(0.02, .io), .atMost(0.05, .lock), .atMost(0.02, .sleep), .goIsSaid,
      ]),
    KnownTruth(
      "Go, channel", "4 goroutines wait for one that sleeps for 20 ms, 40 times",
      .language(.go, ["queue"]),
      rules: [], unsureWhenBusy: ["never-overlapped", "workers-took-turns"],
      facts: [
        .littleCPU(0.3), .atMost(0.02, .io), .atMost(0.05, .lock), .atMost(0.02, .sleep), .goIsSaid,
      ]),
    KnownTruth(
      "Go, free", "4 goroutines compute for 1.2 s in all, on two CPUs", .language(.go, ["free"]),
      cpus: 2, rules: ["cpus-in-use"],
      facts: [
        .cpu(1.2), .atMost(0.02, .io), .atMost(0.05, .lock), .atMost(0.02, .sleep), .goIsSaid,
      ]),
  ]

  /// The machine has twenty threads of its own, which wait.
  private static let java = [
    KnownTruth(
      "Java, ReentrantLock",
      "4 threads compute for 0.8 s in all, and only while they have one lock",
      .language(.java, ["convoy"]),
      // Which of the two it is can't be told.
      rules: ["cpus-in-use"], unsureWhenSampled: ["cpus-in-use"],
      facts: [
        .atMost(0.3, .io), .atMost(0.3, .lock), .atMost(0.05, .sleep),
        .ofLives(.waitingForWork, exact: 0.7...1, sampled: 0.6...1),
      ]),
    KnownTruth(
      "Java, LinkedBlockingQueue", "4 threads wait for one that sleeps for 20 ms, 40 times",
      .language(.java, ["queue"]),
      rules: [], unsureWhenBusy: ["never-overlapped", "workers-took-turns"],
      facts: [
        .atMost(0.3, .io), .atMost(0.3, .lock),
        .ofLives(.waitingForWork, exact: 0.85...1, sampled: 0.75...1),
      ]),
  ]

  private static let ruby = [
    KnownTruth(
      "Ruby computes", "4 threads of Ruby compute for 1.2 s in all",
      .language(.ruby, ["compute"]),
      rules: ["gil-bound"],
      facts: [
        .threads(4), .cpu(1.2, startUp: 0.3), .atMost(0.05, .lock, sampled: 0.2),
        .ofLives(.gil, .runnable, exact: 0.65...0.98, sampled: 0.55...0.98),
        .ofLives(.gil, exact: 0.3...0.78, sampled: 0.25...0.85),
      ]),
    KnownTruth(
      "Ruby sleeps", "4 threads of Ruby sleep for 1 s", .language(.ruby, ["sleep"]),
      rules: ["io-bound"],
      facts: [
        .threads(4), .littleCPU(0.4), .atLeast(4, .sleep, sampled: 3.2), .gilWait(atMost: 0.1),
        .atMost(0.05, .lock),
      ]),
    KnownTruth(
      "Ruby reads", "4 threads of Ruby read a pipe that another program feeds now and then",
      .language(.ruby, ["read"]), input: .drip(count: 20, pauseSeconds: 0.06),
      rules: ["io-bound"],
      facts: [
        .threads(4), .littleCPU(0.4), .gilWait(atMost: 0.15),
        .ofLives(.io, exact: 0.75...1, sampled: 0.65...1),
      ]),
    KnownTruth(
      "Ruby, Queue", "4 threads of Ruby wait for one that sleeps for 20 ms, 40 times",
      .language(.ruby, ["queue"]),
      // Ruby's first thread sleeps in a poll for signals, which looks like waiting for one.
      rules: [], unsureWhenBusy: ["never-overlapped", "workers-took-turns"],
      facts: [
        .threads(4), .littleCPU(0.5), .gilWait(atMost: 0.2), .atMost(0.05, .lock),
        .ofLives(.waitingForWork, exact: 0.75...1, sampled: 0.65...1),
      ]),
  ]

  private static let pyPy = [
    KnownTruth(
      "PyPy computes", "4 threads of PyPy compute for 1.2 s in all",
      .language(.pyPy, ["cpu_threads.py", "4", "1.2"]),
      rules: ["gil-bound"],
      // The next one to have the lock looks for it ten thousand times a second, and what lies between
      // switches, the kernel accounts and no record shows.
      waitsForAll: false,
      facts: [
        .threads(4), .cpu(1.2, startUp: 0.5), .atMost(0.05, .lock, sampled: 0.2),
        .ofLives(.gil, .runnable, exact: 0.55...0.98, sampled: 0.4...0.98),
        .ofLives(.gil, exact: 0.25...0.8, sampled: 0.15...0.85),
      ]),
    KnownTruth(
      "PyPy sleeps", "4 threads of PyPy sleep for 1 s",
      .language(.pyPy, ["sleeping_threads.py", "4", "1"]),
      rules: ["io-bound"],
      facts: [
        .threads(4), .littleCPU(0.5), .atLeast(4, .sleep, sampled: 3.2), .gilWait(atMost: 0.15),
        .atMost(0.05, .lock),
      ]),
    KnownTruth(
      "PyPy reads", "4 threads of PyPy read a pipe that another program feeds now and then",
      .language(.pyPy, ["reading_threads.py", "4"]), input: .drip(count: 20, pauseSeconds: 0.06),
      rules: ["io-bound"],
      facts: [
        .threads(4), .littleCPU(0.5), .gilWait(atMost: 0.15),
        .ofLives(.io, exact: 0.75...1, sampled: 0.65...1),
      ]),
    KnownTruth(
      "PyPy lock", "4 threads of PyPy sleep for 0.8 s in all, holding one lock",
      .language(.pyPy, ["locked_threads.py", "4", "40", "0.02"]),
      rules: ["lock-bound"],
      facts: [
        .threads(4), .atLeast(0.55, .sleep, sampled: 0.45), .atLeast(1.7, .lock, sampled: 1.3),
        .gilWait(atMost: 0.2),
      ]),
  ]
}

extension KnownFact {
  /// That what goroutines wait for isn't seen is said.
  fileprivate static var goIsSaid: KnownFact {
    KnownFact("goroutines are named as not seen", exact: 1...1, sampled: 1...1) { report in
      report.omitted.contains { $0.what.contains("goroutines") } ? 1 : 0
    }
  }
}
