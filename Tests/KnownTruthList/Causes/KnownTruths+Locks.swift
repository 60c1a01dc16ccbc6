extension KnownTruths {
  /// Workers that wait for one lock, and workers that wait for each other for ever.
  static let locks: [KnownTruth] = lockInLibrary + fileLocks + otherLocks

  private static let lock: Set<String> = ["lock-bound"]
  /// Four workers that compute on two CPUs.
  private static let four: Set<String> = ["oversubscribed"]
  private static let notIdle = ["[Ll]et one worker", "Threads are the right workers"]

  private static let lockInLibrary: [KnownTruth] = {
    let random = KnownCause("lock in the C library", .c, "libc_lock.c")
    let arena = KnownCause("one malloc arena", .c, "one_arena.c")
    let dates = KnownCause("lock of the time zone", .c, "local_time.c")
    return dates.form("bad", ["4"], names: lock, may: four, never: notIdle)
      + dates.form("fixed", ["4"], may: four)
      + dates.sweep("bad", grows: true)
      + random.form("bad", ["4"], names: lock, may: four, never: notIdle)
      + random.form("bad", ["2"], may: lock, whyNotSeen: WhyNotSeen.shortLocks, never: notIdle)
      + random.form("fixed", ["4"], may: four)
      + random.sweep("bad", grows: true) + random.sweep("fixed", grows: false)
      + arena.form("bad", ["4"], names: lock, may: four, never: notIdle)
      + arena.form("fixed", ["4"], may: four)
  }()

  private static let fileLocks: [KnownTruth] = {
    let file = KnownCause("lock of a file", .c, "file_lock.c")
    return ["flock", "fcntl", "ofd"].flatMap { file.form($0, names: lock) }
      + file.form("fixed", may: four)
  }()

  private static let otherLocks: [KnownTruth] = {
    let semaphore = KnownCause("System V semaphore", .c, "system_v_semaphore.c")
    let readers = KnownCause("readers and a writer", .c, "readers_and_writer.c")
    let spinLock = KnownCause("spin lock", .c, "spin_lock.c")
    let processes = KnownCause(python: "lock of processes", "locked_processes.py")
    let two = KnownCause(python: "two threads and a lock", "two_and_a_lock.py")
    let monitor = KnownCause("Java’s monitor", .java, "SynchronizedConvoy.java")
    let master = KnownCause("OCaml’s master lock", .oCaml, "master_lock.ml")
    return semaphore.form("lock", names: lock)
      // The parent sleeps between two items, and its children wait for them.
      + semaphore.form("queue", may: ["io-bound", "more-workers-than-work"], never: notIdle)
      + readers.form("bad", names: lock, may: four)
      // The writer has more to do than each reader.
      + readers.form("fixed", may: four.union(lock).union(["workers-uneven"]))
      // One spinner may get the lock more often, and the other one then works on alone.
      + spinLock.form("bad", ["2"], may: ["workers-uneven"], whyNotSeen: WhyNotSeen.spinning)
      + spinLock.form("fixed", ["2"])
      + processes.form("bad", names: lock)
      + processes.form("fixed", may: four)
      // They sleep while they have it.
      + two.form(
        "bad", names: lock, may: ["io-bound"],
        says: [#"mostly in rounds \(Python/two_and_a_lock\.py:12\)"#])
      + two.form("fixed", names: ["io-bound"], never: ["[Ll]ock"])
      + monitor.form("bad", may: ["workers-took-turns"], whyNotSeen: WhyNotSeen.runtime)
      + monitor.form("fixed", may: four)
      + master.form("bad", names: ["lock-bound", "gil-bound", "workers-took-turns"])
      + master.form("fixed", may: four)
  }()

  /// Programs that stand still, all of which end themselves after a while.
  static let standingStill: [KnownTruth] = {
    let still: Set<String> = ["stands-still"]
    let notWaiting = [
      "Threads are the right workers", "by its own wish", "[Ss]tart (several|more) workers",
    ]
    let order = KnownCause("locks in opposite orders", .c, "lock_order.c")
    let team = KnownCause("OpenMP after a fork", .c, "team_after_fork.c")
    let fork = KnownCause(python: "forked with a held lock", "forked_with_lock.py")
    let queue = KnownCause(python: "joined before it was read", "joined_before_read.py")
    let pool = KnownCause(python: "pool that waits for itself", "pool_of_itself.py")
    let inPython = KnownCause(python: "Python’s locks in opposite orders", "locks_in_order.py")
    let monitors = KnownCause("Java’s monitors in opposite orders", .java, "MonitorOrder.java")
    let channels = KnownCause("Go’s channels in opposite orders", .go, "waits_for_each_other.go")
    return order.form(
      "bad", names: still, may: lock, says: [#"a lock \(locks in lock_order"#], never: notWaiting)
      + order.form("fixed", may: lock)
      // The parent looks every 10 ms whether the child has ended.
      + team.form("bad", names: still, may: ["polling"], never: notWaiting)
      + team.form("fixed", may: ["polling"])
      + fork.form(
        "bad", names: still, may: ["polling", "lock-bound"],
        says: [#"\(Python/forked_with_lock\.py:[0-9]+\)"#], never: notWaiting)
      + fork.form("fixed", may: ["polling", "io-bound", "lock-bound"])
      + queue.form(
        "bad", names: still, says: [#"\(Python/joined_before_read\.py:17\)"#], never: notWaiting)
      + queue.form("fixed")
      + pool.form(
        "bad", names: still, says: [#"outer \(Python/pool_of_itself\.py:18\)"#],
        never: notWaiting)
      + pool.form("fixed")
      + inPython.form(
        "bad", names: still,
        says: [
          #"in pay \(Python/locks_in_order\.py:19\)"#, #"in ship \(Python/locks_in_order\.py:28\)"#,
        ],
        never: notWaiting + ["pool"])
      + inPython.form("fixed")
      + monitors.form("bad", may: still, whyNotSeen: WhyNotSeen.runtime, never: notWaiting)
      + monitors.form("fixed", may: ["io-bound"])
      + channels.form("bad", may: still, whyNotSeen: WhyNotSeen.runtime, never: notWaiting)
      + channels.form("fixed")
  }()
}
