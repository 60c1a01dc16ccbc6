import TandemModel

/// All that is known.
public enum KnownTruths {
  /// Programs whose figures are known too, as far as this machine can show them.
  public static let all: [KnownTruth] = computing + waiting + shortLived + python + languages

  /// Programs with one known cause each, and the same without it.
  ///
  /// All are listed; what this machine has no tools for can't be run.
  public static let causes: [KnownTruth] =
    locks + standingStill + turns + idleness + messages + cpuTime + cpuUse + starts + runtimes

  /// Those of ``causes`` that are run for every change.
  public static let fast: [KnownTruth] = causes.filter { Self.fastFiles.contains($0.file ?? "") }

  /// Some of each kind, which are run as an ordinary user too: their Python is the system's.
  public static let forOrdinaryUser: [KnownTruth] =
    [computing[0], computing[2], waiting[0], waiting[4]]
    + (KnownPython.found.first { $0.path.hasPrefix("/usr/") }.map(onEvery) ?? [])

  /// One or two programs of each kind, none of which needs what Debian alone doesn't have.
  private static let fastFiles: Set<String> = [
    "libc_lock.c", "file_lock.c", "lock_order.c", "slow_at_a_barrier.c", "ping_pong.c",
    "consumers.c",
    "spinning_waiters.c", "false_sharing.c", "narrowed.c", "leaves_a_process.c", "slow_stage.c",
    "one_item_a_message.c", "sleeping_shells.sh", "by_xargs.sh", "shell_loop.sh",
    "captured_data.py", "tiny_tasks.py", "one_server.py", "native_keeps_gil.py", "remainder.py",
    "blocked_loop.py", "pool_of_itself.py", "two_and_a_lock.py", "locks_in_order.py",
    "reads_copy_memory.py", "blocking_child.js",
  ]

  private static let cpus = KnownMachine.cpus

  /// Programs that compute.
  static let computing: [KnownTruth] = [
    KnownTruth(
      "serial", "one thread computes for 0.6 s", .fixture(["spin", "0.6"]),
      rules: ["cpus-in-use"],
      facts: [.threads(0), .processes(0), .atOnce(0...0, sampled: 0...0), .cpu(0.6)]),
    KnownTruth(
      "threads", "a thread for each CPU computes for 0.5 s",
      .fixture(["threads", "\(cpus)", "0.5"]),
      // On one CPU, one worker is all of them.
      rules: ["cpus-in-use"],
      facts: [
        .threads(cpus), .atOnce(cpus...cpus, sampled: cpus...cpus), .cpu(0.5 * Double(cpus)),
        .ofLives(.onCPU, .runnable, exact: 0.98...1.0001, sampled: 0.85...1.0001),
        .atMost(0.01, .lock), .atMost(0.01, .io),
      ]),
    KnownTruth(
      "processes", "a process for each CPU computes for 0.5 s",
      .fixture(["processes", "\(cpus)", "0.5"]),
      rules: ["cpus-in-use"],
      facts: [
        .processes(cpus), .atOnce(cpus...cpus, sampled: cpus...cpus), .cpu(0.5 * Double(cpus)),
        .ofLives(.onCPU, .runnable, of: .process, exact: 0.98...1.0001, sampled: 0.85...1.0001),
        .ofLives(.child, of: .main, exact: 0.85...1, sampled: 0.7...1),
      ]),
    KnownTruth(
      "tree", "a process starts one that starts one for each CPU that computes for 0.4 s",
      .fixture(["tree", "\(cpus)", "0.4"]),
      rules: ["cpus-in-use"],
      facts: [
        .processes(cpus + 2), .atOnce(cpus...cpus, sampled: cpus...cpus),
        .cpu(0.4 * Double(cpus)),
        .ofLives(.child, of: .main, exact: 0.85...1, sampled: 0.6...1),
      ]),
    KnownTruth(
      "8 on 2", "8 threads compute for 0.2 s each, on two CPUs", .fixture(["threads", "8", "0.2"]),
      cpus: 2, rules: ["oversubscribed"],
      // Where others have the CPUs, it isn't known how many of them the threads would fill.
      unsureWhenBusy: ["oversubscribed"],
      facts: [
        .threads(8), .atOnce(8...8, sampled: 7...8), .cpu(1.6),
        .ofLives(.onCPU, .runnable, exact: 0.98...1.0001, sampled: 0.85...1.0001),
        // Two of eight at most can be on a CPU.
        .ofLives(.onCPU, exact: 0...0.32, sampled: 0...0.4),
      ]),
    KnownTruth(
      "slow one", "4 threads, of which one computes for 0.8 s and the others for 0.1 s",
      .fixture(["slow-one", "4", "0.1", "0.8"]), cpus: 2,
      rules: ["workers-uneven"],
      facts: [.threads(4), .cpu(1.1), .atOnce(3...4, sampled: 2...4)]),
    KnownTruth(
      "one after the other", "5 threads compute for 0.1 s, each started when the one before ended",
      .fixture(["one-after-the-other", "5", "0.1"]),
      rules: ["never-overlapped"],
      facts: [.threads(5), .cpu(0.5), .atOnce(1...1, sampled: 1...1)]),
  ]

  /// Programs that wait.
  static let waiting: [KnownTruth] = [
    KnownTruth(
      "sleepers", "4 threads sleep for 0.6 s", .fixture(["sleepers", "4", "0.6"]),
      rules: ["io-bound"],
      facts: [
        .threads(4), .atOnce(4...4, sampled: 4...4), .littleCPU(0.05),
        .atLeast(2.4, .sleep, sampled: 1.9), .atMost(0.02, .lock), .atMost(0.02, .io),
      ]),
    KnownTruth(
      "1,000 sleepers", "1,000 threads sleep for 1 s", .fixture(["sleepers", "1000", "1"]),
      rules: ["io-bound"],
      whyNotSampled: "so many workers can be looked at about once a second",
      facts: [
        .threads(1_000), .atOnce(900...1_000), .littleCPU(0.6), .atLeast(900, .sleep),
      ]),
    KnownTruth(
      "outside pipe", "4 threads read a pipe that another program feeds now and then",
      .fixture(["readers", "4"]), input: .drip(count: 24, pauseSeconds: 0.05),
      rules: ["io-bound"],
      facts: [
        .threads(4), .atOnce(4...4, sampled: 4...4), .littleCPU(0.05),
        .ofLives(.io, exact: 0.85...1, sampled: 0.7...1),
      ]),
    KnownTruth(
      "inside pipe", "4 threads read a pipe that a child feeds, computing 20 ms for each byte",
      .fixture(["fed-readers", "4", "30", "0.02"]),
      rules: ["cpus-in-use"],
      facts: [
        .threads(4), .processes(1), .cpu(0.6), .atMost(0.03, .io),
        .ofLives(.waitingForWork, exact: 0.85...1, sampled: 0.7...1),
      ]),
    KnownTruth(
      "convoy", "4 threads compute for 0.8 s in all, and only while they hold one mutex",
      .fixture(["convoy", "4", "400", "0.002"]),
      rules: ["lock-bound"],
      facts: [
        .threads(4), .cpu(0.8), .atMost(0.02, .io), .atMost(0.02, .gil),
        // Three of four wait for the lock or, woken in vain, for a CPU.
        .ofLives(.lock, .runnable, exact: 0.6...0.98, sampled: 0.5...0.98),
        .ofLives(.lock, exact: 0.3...0.77, sampled: 0.2...0.8),
        .ofLives(.lock, .runnable, .onCPU, exact: 0.95...1.0001, sampled: 0.85...1.0001),
      ]),
    chain("condition"), chain("semaphore"), chain("pipe"),
    KnownTruth(
      "idle many", "16 threads, of which 2 compute for 0.5 s and 14 wait for that",
      .fixture(["idle-many", "16", "2", "0.5"]), cpus: 2,
      rules: ["more-workers-than-work"],
      facts: [
        .threads(16), .atOnce(2...2, sampled: 2...2), .cpu(1.0), .atMost(0.05, .lock),
        .ofLives(.waitingForWork, exact: 0.8...0.9, sampled: 0.75...0.93),
      ]),
  ]

  /// Threads that hand a turn on.
  private static func chain(_ by: String) -> KnownTruth {
    KnownTruth(
      "\(by) chain", "4 threads compute for 5 ms in turn, 160 times; the turn goes on by a \(by)",
      .fixture(["\(by)-chain", "4", "40", "0.005"]),
      rules: ["workers-took-turns"],
      // Who has handed the turn on is still ready for a CPU for a while where that is rare.
      unsureWhenBusy: ["never-overlapped", "workers-took-turns"],
      facts: [
        .threads(4), .cpu(0.8), .atMost(0.05, .lock, sampled: 0.3), .atMost(0.03, .io),
        .ofLives(
          .waitingForWork, .onCPU, .runnable, exact: 0.95...1.0001, sampled: 0.85...1.0001),
        .ofLives(.waitingForWork, exact: 0.4...0.77, sampled: 0.3...0.8),
      ])
  }

  /// Workers that hardly live.
  static let shortLived: [KnownTruth] = [
    KnownTruth(
      "short threads", "300 threads that do nothing, one after the other",
      .fixture(["short-threads", "300"]),
      rules: ["never-overlapped", "start-up-dominates"],
      // Gone before anybody can look.
      unsureWhenSampled: [
        "never-overlapped", "workers-took-turns", "start-up-dominates", "cpus-in-use",
      ],
      unsureWhenBusy: ["start-up-dominates", "never-overlapped", "workers-took-turns"],
      facts: [.threads(300, sampled: false), .atOnce(1...1)]),
    KnownTruth(
      "short processes", "300 processes that do nothing, one after the other",
      .fixture(["short-processes", "300"]),
      rules: ["never-overlapped", "start-up-dominates"],
      unsureWhenSampled: [
        "never-overlapped", "workers-took-turns", "start-up-dominates", "cpus-in-use",
      ],
      unsureWhenBusy: ["start-up-dominates", "never-overlapped", "workers-took-turns"],
      facts: [.processes(300, sampled: false), .atOnce(0...1)]),
    KnownTruth(
      "500 processes a second", "500 processes that do nothing, one every 2 ms",
      .fixture(["paced-processes", "500", "500"]),
      rules: ["io-bound", "never-overlapped"],
      unsureWhenSampled: [
        "io-bound", "never-overlapped", "workers-took-turns", "start-up-dominates",
      ],
      unsureWhenBusy: ["io-bound", "start-up-dominates", "never-overlapped", "workers-took-turns"],
      facts: [.processes(500, sampled: false), .atOnce(0...1)]),
  ]
}
