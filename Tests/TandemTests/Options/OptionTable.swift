import Tandem
import Testing

/// Every option of pools, workers and calls: what each bad value gives, and the outermost values that work.
enum OptionTable {
  /// Options of which every value works.
  static let withoutBadValues: Set = [
    "ProcessPoolOptions.startMethod", "ProcessPoolOptions.standardOutput",
    "ProcessPoolOptions.standardError", "ThreadPoolOptions.setup", "ThreadPoolOptions.teardown",
    "CallOptions.priority",
  ]

  static let rows: [OptionRow] = [
    names, counts, stacks, shared, processes, threads, calls, streams,
  ].flatMap(\.self)

  private static let notNamed = "one character or more, without NUL"

  private static let names: [OptionRow] = [
    OptionRow.name(#""""#, "", #"name is ""; it must be \#(notNamed)"#),
    OptionRow.name(#""a\0b""#, "a\0b", #"name is "a\0b"; it must be \#(notNamed)"#),
    OptionRow.name("1,000 characters", String(repeating: "é", count: 1_000), nil),
  ].flatMap(\.self)

  private static let counts: [OptionRow] = {
    let allowed = "it must be from 1 to 65536"
    let values: [(String, Int, String?)] = [
      ("0", 0, "workers is 0; \(allowed)"), ("-1", -1, "workers is -1; \(allowed)"),
      (".min", .min, "workers is \(Int.min); \(allowed)"),
      (".max", .max, "workers is \(Int.max); \(allowed)"),
      ("65_537", 65_537, "workers is 65537; \(allowed)"), ("65_536", 65_536, nil),
    ]
    let serial = OptionRow(
      option: "SerialPool.resize", value: "2",
      message: "workers is 2; it must be 1 in a serial pool"
    ) { try SerialPool().resize(to: 2) }
    return values.flatMap { OptionRow.workers($0, $1, $2) } + [serial]
  }()

  private static let stacks: [OptionRow] = {
    let allowed = "it must be from 65536 to 68719476736"
    return [
      stack("0", 0, "stackBytes is 0; \(allowed)"),
      stack(".max", .max, "stackBytes is \(Int.max); \(allowed)"), stack("64 << 10", 64 << 10, nil),
    ]
  }()

  private static func stack(_ value: String, _ bytes: Int, _ message: String?) -> OptionRow {
    OptionRow(option: "WorkerThread.stackBytes", value: value, message: message) {
      let thread = WorkerThread(stackBytes: bytes) { 1 }
      try thread.start()
      #expect(try await thread.value == 1)
    }
  }

  // MARK: Options of both pools

  private static let instant = "at least a nanosecond"
  private static let orNil = "\(instant), or nil for no limit"

  private static let shared: [OptionRow] =
    minimums + idleTimeouts + setupTimeouts + graces + pinnings

  private static let minimums: [OptionRow] = {
    let allowed = "from 0 to 2, the number of workers"
    let values: [(String, Int, String?)] = [
      ("-1", -1, allowed), ("3", 3, allowed), (".max", .max, allowed), ("2", 2, nil),
    ]
    return values.flatMap { value, count, allowed in
      both(
        "minimumWorkers", value, "\(count)", allowed, process: { $0.minimumWorkers = count },
        thread: { $0.minimumWorkers = count })
    }
  }()

  private static let idleTimeouts: [OptionRow] = {
    let values: [(String, Duration, String?)] = [
      ("0", .zero, orNil), ("-1 s", .seconds(-1), orNil), ("1 ns", .nanoseconds(1), nil),
      ("for ever", .seconds(Int64.max), nil),
    ]
    return values.flatMap { value, time, allowed in
      both(
        "idleTimeout", value, "\(time)", allowed, process: { $0.idleTimeout = time },
        thread: { $0.idleTimeout = time })
    }
  }()

  private static let setupTimeouts: [OptionRow] = {
    let values: [(String, Duration, String?)] = [
      ("0", .zero, instant), ("-1 s", .seconds(-1), instant),
      ("1 as", Duration(secondsComponent: 0, attosecondsComponent: 1), instant),
      ("for ever", .seconds(Int64.max), nil),
    ]
    return values.flatMap { value, time, allowed in
      both(
        "setupTimeout", value, "\(time)", allowed, process: { $0.setupTimeout = time },
        thread: { $0.setupTimeout = time })
    }
  }()

  private static let graces: [OptionRow] = {
    let values: [(String, Duration, String?)] = [
      ("-1 ns", .nanoseconds(-1), "0 or longer"), ("0", .zero, nil),
      ("for ever", .seconds(Int64.max), nil),
    ]
    return values.flatMap { value, time, allowed in
      both(
        "grace", value, "\(time)", allowed, process: { $0.grace = time },
        thread: { $0.grace = time })
    }
  }()

  private static let pinnings: [OptionRow] = {
    let allowed = "it must be one that this program may use"
    let values: [(CPUPinning, String?)] = [
      (.list([]), "pinning is an empty list; it must be one CPU or more"),
      (.list([-1]), "a CPU in pinning is -1; \(allowed)"),
      (.list([0, 999]), "a CPU in pinning is 999; \(allowed)"),
      (.list([.max]), "a CPU in pinning is \(Int.max); \(allowed)"), (.oneEach, nil),
    ]
    return values.flatMap { pinning, message -> [OptionRow] in
      [
        .process("pinning", "\(pinning)", message) { $0.pinning = pinning },
        .thread("pinning", "\(pinning)", message) { $0.pinning = pinning },
      ]
    }
  }()

  private static func both(
    _ option: String, _ value: String, _ shown: String, _ allowed: String?,
    process: @escaping @Sendable (inout ProcessPoolOptions) -> Void,
    thread: @escaping @Sendable (inout ThreadPoolOptions) -> Void
  ) -> [OptionRow] {
    let message = allowed.map { "\(option) is \(shown); it must be \($0)" }
    return [.process(option, value, message, process), .thread(option, value, message, thread)]
  }

  // MARK: Options of thread pools

  private static let threads: [OptionRow] = [
    .thread("spareThreads", "-1", "spareThreads is -1; it must be from 0 to 65536") {
      $0.spareThreads = -1
    },
    .thread("spareThreads", ".max", "spareThreads is \(Int.max); it must be from 0 to 65536") {
      $0.spareThreads = .max
    },
    .thread("spareThreads", "0", nil) { $0.spareThreads = 0 },
    .thread("stackBytes", "-1", "stackBytes is -1; it must be from 65536 to 68719476736") {
      $0.stackBytes = -1
    },
    .thread("stackBytes", "1", "stackBytes is 1; it must be from 65536 to 68719476736") {
      $0.stackBytes = 1
    },
    .thread(
      "stackBytes", ".max", "stackBytes is \(Int.max); it must be from 65536 to 68719476736"
    ) { $0.stackBytes = .max },
    .thread("stackBytes", "64 << 10", nil) { $0.stackBytes = 64 << 10 },
    .thread("setup", "a closure", nil) { $0.setup = WorkerHook(1) { $0 } },
    .thread("teardown", "a closure", nil) { $0.teardown = WorkerHook(1) { $0 } },
  ]

  // MARK: Calls

  private static let calls: [OptionRow] = [
    .call(
      "timeout", ".zero", "timeout is 0.0 seconds; it must be \(orNil)",
      .timeout(.zero)),
    .call(
      "timeout", ".seconds(-1)",
      "timeout is -1.0 seconds; it must be \(orNil)", .timeout(.seconds(-1))),
    .call("timeout", ".seconds(Int64.max)", nil, .timeout(.seconds(Int64.max))),
    .call("retries.limit", "-1", "retries.limit is -1; it must be 0 or more", .retries(-1)),
    .call("retries.limit", ".max", nil, .retries(.max)),
    .call(
      "retries.reasons", "[]",
      "retries.reasons is 0; it must be one or more of .thrown, .workerDeath and .timeout",
      .retries(1, after: [])),
    .call(
      "retries.reasons", "a reason that isn't one",
      "retries.reasons is 64; it must be one or more of .thrown, .workerDeath and .timeout",
      .retries(1, after: RetryPolicy.Reasons(rawValue: 64))),
    .call("priority", ".min", nil, .priority(CallPriority(rawValue: .min))),
    .call("priority", ".max", nil, .priority(CallPriority(rawValue: .max))),
    .call(
      "batching", ".of(0)", "batching is 0; it must be from 1 to 2147483647", .batches(of: 0)),
    .call(
      "batching", ".of(-1)", "batching is -1; it must be from 1 to 2147483647", .batches(of: -1)),
    .call(
      "batching", ".of(.max)", "batching is \(Int.max); it must be from 1 to 2147483647",
      .batches(of: .max)),
    .call("batching", ".of(2_147_483_647)", nil, .batches(of: 2_147_483_647)),
  ]

  private static let streams: [OptionRow] = {
    let allowed = "it must be from 1 to 1048576"
    let values: [(String, Int, String?)] = [
      ("0", 0, "inFlight is 0; \(allowed)"), ("-1", -1, "inFlight is -1; \(allowed)"),
      (".max", .max, "inFlight is \(Int.max); \(allowed)"), ("1", 1, nil),
      ("1_048_576", 1_048_576, nil),
    ]
    return values.map { value, count, message in
      OptionRow(option: "results(of:).inFlight", value: value, message: message) {
        try await ThreadPool.with(workers: 2) { pool in
          var sum = 0
          for try await output in try pool.results(of: 0..<10, inFlight: count, { $0 }) {
            sum += output
          }
          #expect(sum == 45)
        }
      }
    }
  }()
}
