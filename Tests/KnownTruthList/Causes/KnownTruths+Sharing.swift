extension KnownTruths {
  /// What workers share: locks and places while they sleep, a lock that a fork copied, an address space, a
  /// barrier, the items of a pool, an event loop.
  static let sharing: [KnownTruth] = asleep + gone + shares

  private static let io: Set<String> = ["io-bound"]
  private static let four: Set<String> = ["oversubscribed"]
  /// What more workers would do where a few are let in at a time.
  private static let notMore = ["[Uu]se threads", "more workers overlap", "workers help"]

  private static let asleep: [KnownTruth] = {
    let lock = KnownCause("lock over a sleep", .c, "lock_over_sleep.c")
    let places = KnownCause("few places", .c, "few_places.c")
    let writer = KnownCause("writer behind readers", .c, "writer_behind_readers.c")
    let two = KnownCause(python: "two at a time", "two_at_a_time.py")
    let awaits = KnownCause(python: "awaits in turn", "awaits_in_turn.py")
    return lock.form(
      "bad", names: ["lock-bound"], may: io, never: notMore + ["compute outside it"])
      + lock.form("fixed", may: io)
      + places.form(
        "bad", names: ["lock-bound", "io-bound"],
        never: notMore + ["compute outside it"])
      + places.form("fixed", may: io)
      + writer.form(
        "bad", names: ["lock-bound"], may: io, never: ["looks whether something has happened"])
      // Those that pause under the lock wake as often as one that looks for something.
      + writer.form("fixed", may: io.union(["lock-bound", "polling"]))
      + two.form("bad", names: ["lock-bound", "io-bound"], never: notMore)
      + two.form("fixed", may: io)
      + awaits.form("bad", names: io, says: ["slept for"], never: ["waited for work"])
      + awaits.form("fixed", may: io.union(["start-up-dominates", "too-short-to-tell"]))
  }()

  private static let gone: [KnownTruth] = {
    let still: Set<String> = ["stands-still"]
    let fork = KnownCause("fork copies a lock", .c, "fork_copies_lock.c")
    let killed = KnownCause(python: "killed with a lock", "killed_holder.py")
    return fork.form(
      "bad", names: still, says: ["a fork copies only the thread that calls it"],
      never: ["on every way out"])
      + fork.form("fixed", may: io)
      + killed.form("bad", names: still, never: ["in different orders"])
      + killed.form("fixed", may: ["start-up-dominates", "too-short-to-tell"])
  }()

  private static let shares: [KnownTruth] = {
    let memory = KnownCause("one address space", .c, "address_space.c")
    let futures = KnownCause("futures that wait", .cPlusPlus, "futures_that_wait.cpp")
    let gzip = KnownCause("one compresses", .shell, "compressed.sh")
    let chunks = KnownCause(python: "large chunks", "large_chunks.py")
    let results = KnownCause(python: "results in turn", "results_in_turn.py")
    let meetings = KnownCause(python: "uneven meetings", "uneven_meetings.py")
    return memory.form(
      "bad", may: four, whyNotSeen: "the kernel's lock of a process's memory has no name",
      never: ["waiting for I/O", "waited for I/O"])
      + memory.form("fixed", may: four)
      + futures.form("bad", names: ["never-overlapped"])
      + futures.form("fixed", may: four)
      + gzip.form("", names: ["cpus-in-use"], may: ["workers-uneven"], says: ["gzip"])
      + chunks.form("bad", names: ["workers-uneven"])
      + chunks.form("fixed")
      + results.form("bad", names: ["cpus-in-use"], says: ["its first thread"])
      + results.form("fixed")
      + meetings.form("bad", names: ["workers-uneven", "cpus-in-use"])
      + meetings.form("fixed")
  }()
}
