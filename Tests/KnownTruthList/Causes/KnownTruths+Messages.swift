extension KnownTruths {
  /// Workers that pass data on, too much or too often.
  static let messages: [KnownTruth] = {
    let tiny: Set<String> = ["tiny-tasks-dominate", "moving-data-dominates"]
    let notForPools = ["[Uu]se processes", "[Ll]argest piece"]
    let captured = KnownCause(python: "captured data", "captured_data.py")
    let tasks = KnownCause(python: "tiny tasks", "tiny_tasks.py")
    let server = KnownCause(python: "one process serves all", "one_server.py")
    let threads = KnownCause(python: "messages between threads", "messages_between_threads.py")
    let gil = KnownCause(python: "waits after messages", "waits_after_messages.py")
    let inC = KnownCause("one item a message", .c, "one_item_a_message.c")
    let node = KnownCause("Node, one item a message", .node, "worker_messages.js")
    let go = KnownCause("Go, one item a message", .go, "channel_of_items.go")
    let erlang = KnownCause("Erlang, one server", .erlang, "one_gen_server.erl")
    let perl = KnownCause("Perl, one record a message", .perl, "records_by_pipe.pl")
    let short: Set<String> = ["start-up-dominates"]
    return captured.form("bad", names: ["moving-data-dominates"], never: notForPools)
      + captured.form("fixed", may: short)
      + tasks.form("bad", ["pool"], names: tiny, never: notForPools)
      + tasks.form("bad", ["executor"], names: tiny, never: notForPools)
      + tasks.form("fixed", ["pool"], may: short, never: notForPools)
      + server.form("bad", names: ["one-process-serves-all"], may: tiny, never: notForPools)
      + server.form("fixed")
      + threads.form(
        "bad", names: ["gil-bound"],
        // They also queue for the mutex of the queue.
        may: tiny.union(["lock-bound"]))
      + threads.form("fixed", may: ["gil-bound"])
      + gil.form("bad", names: ["gil-bound"])
      + gil.form(
        "short", may: ["gil-bound"], whyNotSeen: "waits of 0.1 ms are too short to look into")
      + gil.form("fixed", may: ["workers-took-turns"])
      + inC.form("bad", names: tiny.union(["one-process-serves-all"]))
      + inC.form("fixed", may: short)
      + node.form("bad", may: tiny, whyNotSeen: WhyNotSeen.runtime) + node.form("fixed")
      + go.form("bad", whyNotSeen: WhyNotSeen.runtime) + go.form("fixed")
      + erlang.form("bad", whyNotSeen: WhyNotSeen.runtime, leavesProcesses: true)
      + erlang.form("fixed", leavesProcesses: true)
      + perl.form("bad", names: tiny.union(["workers-took-turns"]), never: notForPools)
      + perl.form("fixed", may: tiny.union(["workers-took-turns"]))
  }()
}
