extension KnownTruths {
  /// Workers that wait for each other's work.
  static let turns: [KnownTruth] = {
    let barrier = KnownCause("slow one at a barrier", .c, "slow_at_a_barrier.c")
    let pingPong = KnownCause("ping-pong", .c, "ping_pong.c")
    let stage = KnownCause("slow stage of a row", .c, "slow_stage.c")
    let remainder = KnownCause(python: "remainder for one", "remainder.py")
    let make = KnownCause("serial tail of make", .make, "serial_tail.mk")
    let xargs = KnownCause("xargs, one at a time", .shell, "by_xargs.sh")
    let php = KnownCause("PHP waits for each", .php, "waits_for_each.php")
    let four: Set<String> = ["oversubscribed"]
    let between: Set<String> = ["tiny-tasks-dominate", "moving-data-dominates"]
    return barrier.form("bad", names: ["workers-uneven"], may: four, never: ["[Ll]ock"])
      + barrier.form("fixed", may: four, never: ["[Ll]ock"])
      + ["eventfd", "futex"].flatMap {
        pingPong.form($0, names: ["workers-took-turns"], may: ["lock-bound"])
      }
      // Each turn is a message with next to nothing in it.
      + ["pipe", "socket"].flatMap {
        pingPong.form($0, names: between.union(["workers-took-turns"]))
      }
      + stage.form(
        "bad", may: ["workers-uneven"], whyNotSeen: "stages of a row are no like workers",
        never: ["[Ll]ock"])
      + stage.form("fixed", may: four, never: ["[Ll]ock"])
      + remainder.form("bad", names: ["workers-uneven"])
      + remainder.form("fixed")
      + make.form(
        "TAIL=bad", ["-j2"], names: ["workers-uneven", "cpus-in-use"])
      + make.form("TAIL=fixed", ["-j2"])
      + xargs.form("bad", names: ["never-overlapped"])
      + xargs.form("fixed")
      + php.form("bad", names: ["never-overlapped"])
      + php.form("fixed", may: four)
  }()

  /// Workers without work, and such that wait for what isn't computing.
  static let idleness: [KnownTruth] = {
    let io: Set<String> = ["io-bound"]
    let notStarting = ["[Ss]tart (several|more) workers", "[Ll]et one worker"]
    let consumers = KnownCause("consumers without work", .c, "consumers.c")
    let herd = KnownCause("thundering herd", .c, "thundering_herd.c")
    let sync = KnownCause("synced writes", .c, "synced_writes.c")
    let stopped = KnownCause("stopped child", .c, "stopped_child.c")
    let loop = KnownCause(python: "blocking call in a loop", "blocked_loop.py")
    let epoll = KnownCause("blocking call in a loop in C", .c, "epoll_loop.c")
    let child = KnownCause("waiting for a child in Node’s loop", .node, "blocking_child.js")
    let database = KnownCause(python: "writers of one database", "database_writers.py")
    let sleeps = KnownCause("sleeping shells", .shell, "sleeping_shells.sh")
    return consumers.form("idle", may: io.union(["more-workers-than-work"]), never: notStarting)
      + consumers.form("busy", may: ["oversubscribed"])
      + ["2", "3", "8"].flatMap { consumers.form("busy", [$0], may: ["oversubscribed"]) }
      + herd.form(
        "bad", may: ["more-workers-than-work", "lock-bound"], whyNotSeen: WhyNotSeen.shortLocks,
        never: notStarting)
      + herd.form("fixed", may: ["more-workers-than-work"], never: notStarting)
      + sync.form("bad", names: io) + sync.form("fixed")
      + stopped.form("1", may: io, whyNotSeen: "a stop looks like any other wait")
      + loop.form(
        "bad", names: ["event-loop-blocked"], may: io,
        says: [#"mostly in handle \(Python/blocked_loop\.py:10\)"#])
      + loop.form("fixed", may: io)
      + epoll.form("bad", names: ["event-loop-blocked"], may: io) + epoll.form("fixed", may: io)
      // The programs that it starts sleep, one after the other.
      + child.form(
        "bad", names: ["event-loop-blocked"], may: io.union(["never-overlapped"]),
        never: ["connection"])
      + child.form("fixed", names: io)
      + database.form(
        "bad", names: ["lock-bound", "io-bound"],
        never: ["[Ss]tart (several|more) workers"])
      + database.form("fixed", may: io.union(["lock-bound", "start-up-dominates"]))
      + outside("bad") + outside("fixed")
      + sleeps.form("", names: io, never: ["starting and ending"])
  }()

  /// Requests to a server that isn't observed.
  private static func outside(_ form: String) -> [KnownTruth] {
    let server = KnownCause(python: "server outside", "asks_server.py")
    return server.form(form, names: ["io-bound"]).map { truth in
      var truth = truth
      if case .python(let python, _) = truth.program { truth.input = .server(python) }
      return truth
    }
  }
}
