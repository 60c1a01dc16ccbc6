extension KnownTruths {
  /// The same work costs more CPU time with more workers.
  static let cpuTime: [KnownTruth] = {
    func both(_ cause: KnownCause, _ why: String, may: Set<String> = []) -> [KnownTruth] {
      cause.form("bad", ["2"], may: may, whyNotSeen: why)
        + cause.form("fixed", ["2"])
        + cause.sweep("bad", grows: true)
        + cause.sweep("fixed", grows: false)
    }
    let bandwidth = KnownCause("memory bandwidth", .c, "memory_bandwidth.c")
    let faults = KnownCause("page faults", .c, "page_faults.c")
    let varies = "how much it grows, the machine decides"
    return both(KnownCause("false sharing", .c, "false_sharing.c"), WhyNotSeen.caches)
      + both(KnownCause("shared counter", .c, "shared_counter.c"), WhyNotSeen.caches)
      + both(KnownCause("Go, readers’ counter", .go, "readers_counter.go"), WhyNotSeen.caches)
      + both(
        KnownCause("Rust, counted references", .rust, "counted_references.rs"), WhyNotSeen.caches)
      + both(
        KnownCause("Swift, counted references", .swift, "shared_references.swift"),
        WhyNotSeen.caches)
      + both(
        KnownCause("Swift, contended Mutex", .swift, "contended_mutex.swift"),
        WhyNotSeen.shortLocks,
        may: ["lock-bound"])
      + bandwidth.form("bad", ["2"], whyNotSeen: WhyNotSeen.caches) + bandwidth.form("fixed", ["2"])
      + bandwidth.sweep("bad", grows: true, whyNotSeen: varies)
      + bandwidth.sweep("fixed", grows: false)
      + faults.form("bad", ["2"], may: ["lock-bound"], whyNotSeen: WhyNotSeen.computing)
      + faults.form("fixed", ["2"])
      + faults.sweep("bad", grows: true, whyNotSeen: varies)
  }()

  /// CPUs that aren't used, or are used in vain.
  static let cpuUse: [KnownTruth] = {
    let narrowed: Set<String> = ["cpus-narrowed"]
    let notFewer = ["no more (computing )?workers", "[Ss]tart fewer", "[Uu]se fewer"]
    let inC = KnownCause("narrowed to one CPU", .c, "narrowed.c")
    let inPython = KnownCause(python: "Python narrowed to one CPU", "narrows_itself.py")
    let library = KnownCause(
      python: "library’s threads in each process", "library_threads.py", needsNumPy: true)
    let unused = KnownCause(python: "one CPU unused", "one_cpu_unused.py")
    let waiters = KnownCause("waiting for a flag", .c, "spinning_waiters.c")
    let team = KnownCause("spinning OpenMP team", .c, "spinning_team.c")
    let copies = KnownCause(python: "reading copies memory", "reads_copy_memory.py")
    let serial: Set<String> = ["cpus-in-use"]
    return inC.form("bad", names: narrowed, never: notFewer) + inC.form("fixed")
      + inPython.form("bad", names: narrowed, never: notFewer) + inPython.form("fixed")
      + library.form("bad", names: ["oversubscribed"], leavesProcesses: true, never: ["GIL"])
      + library.form(
        "fixed", may: ["start-up-dominates"], leavesProcesses: true, never: ["GIL"])
      + unused.form("bad", names: serial) + unused.form("fixed")
      + waiters.form("yield", ["3"], may: ["oversubscribed"], whyNotSeen: WhyNotSeen.spinning)
      + waiters.form("spin", ["1"], whyNotSeen: WhyNotSeen.spinning)
      + waiters.form("poll", ["1"], names: ["polling"])
      + waiters.form("fixed", ["1"])
      + team.form("bad", whyNotSeen: WhyNotSeen.spinning) + team.form("fixed")
      + copies.form("bad", names: ["memory-copied"]).map { truth in
        var truth = truth
        // Who forked whom, and when, only records show.
        truth.unsureWhenSampled = ["memory-copied"]
        return truth
      } + copies.form("fixed")
  }()

  /// What a runtime does by itself.
  static let runtimes: [KnownTruth] = {
    let native = KnownCause(python: "native code keeps the GIL", "native_keeps_gil.py")
    let ruby = KnownCause("Ruby’s lock", .ruby, "threads_or_processes.rb")
    let garbage = KnownCause("Java’s garbage", .java, "GarbageBound.java")
    let node = KnownCause("computing in Node’s loop", .node, "computing_loop.js")
    // One of its threads ticks every 10 ms.
    return native.form("bad", names: ["gil-bound"])
      + native.form("fixed", may: ["polling", "io-bound"])
      + ruby.form("bad", names: ["gil-bound"]) + ruby.form("fixed", may: ["oversubscribed"])
      + garbage.form("bad", ["-Xmx48m"], whyNotSeen: WhyNotSeen.runtime) + garbage.form("fixed")
      + node.form("bad", may: ["event-loop-blocked"], whyNotSeen: WhyNotSeen.computing)
      + node.form("fixed")
  }()
}
