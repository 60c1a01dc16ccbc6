import Tandem
import Testing

extension OptionTable {
  static let processes: [OptionRow] = [hooks, starts, policies, surroundings, sizes].flatMap(\.self)

  private static let hooks: [OptionRow] = {
    let captured = Int.random(in: 1...9)
    let capturing = WorkerHook(1) { $0 + captured }
    let allowed = """
      captures something, which stays behind when a closure crosses to a process
      """
    return [
      .process("startMethod", ".forkServer", nil) { $0.startMethod = .forkServer },
      .process("startMethod", ".spawn", nil) { $0.startMethod = .spawn },
      .process("setup", "a closure that captures", allowed) { $0.setup = capturing },
      .process("setup", "a closure", nil) { $0.setup = WorkerHook(1) { $0 } },
      .process("teardown", "a closure that captures", allowed) { $0.teardown = capturing },
      .process("teardown", "a closure", nil) { $0.teardown = WorkerHook(1) { $0 } },
      .process("standardOutput", ".discarded", nil) { $0.standardOutput = .discarded },
      .process("standardError", ".lines", nil) { $0.standardError = .lines { _, _ in } },
    ]
  }()

  private static let starts: [OptionRow] = [
    .process(
      "startTimeout", "0", "startTimeout is 0.0 seconds; it must be at least a nanosecond"
    ) { $0.startTimeout = .zero },
    .process(
      "startTimeout", "-1 s", "startTimeout is -1.0 seconds; it must be at least a nanosecond"
    ) { $0.startTimeout = .seconds(-1) },
    .process("startTimeout", "for ever", nil) { $0.startTimeout = .seconds(Int64.max) },
  ]

  private static let policies: [OptionRow] = [
    .process("recycle.afterItems", "0", "recycle.afterItems is 0; it must be 1 or more") {
      $0.recycle.afterItems = 0
    },
    .process("recycle.afterItems", "-1", "recycle.afterItems is -1; it must be 1 or more") {
      $0.recycle.afterItems = -1
    },
    .process("recycle.afterItems", "1", nil) { $0.recycle.afterItems = 1 },
    .process("recycle.afterItems", ".max", nil) { $0.recycle.afterItems = .max },
    .process(
      "recycle.aboveResidentBytes", "0", "recycle.aboveResidentBytes is 0; it must be 1 or more"
    ) { $0.recycle.aboveResidentBytes = 0 },
    .process("recycle.aboveResidentBytes", "1", nil) { $0.recycle.aboveResidentBytes = 1 },
    .process("recycle.aboveResidentBytes", ".max", nil) { $0.recycle.aboveResidentBytes = .max },
    .process(
      "onWorkerDeath", ".retry(-1)", "onWorkerDeath.retry is -1; it must be 0 or more"
    ) { $0.onWorkerDeath = .retry(-1) },
    .process("onWorkerDeath", ".retry(.max)", nil) { $0.onWorkerDeath = .retry(.max) },
    .process("restartLimit.count", "-1", "restartLimit.count is -1; it must be 0 or more") {
      $0.restartLimit = RestartLimit(-1, within: .seconds(1))
    },
    .process("restartLimit.count", ".max", nil) {
      $0.restartLimit = RestartLimit(.max, within: .seconds(1))
    },
    .process(
      "restartLimit.within", "0",
      "restartLimit.within is 0.0 seconds; it must be at least a nanosecond"
    ) { $0.restartLimit = RestartLimit(8, within: .zero) },
  ]

  private static let inEnvironment = "one character or more, without = and NUL"
  private static let enterable = "a folder that this program may enter"

  private static let surroundings: [OptionRow] = [
    .process("nice", "100", "nice is 100; it must be from -20 to 19") { $0.nice = 100 },
    .process("nice", "-21", "nice is -21; it must be from -20 to 19") { $0.nice = -21 },
    .process("nice", "19", nil) { $0.nice = 19 },
    .process(
      "environment", #"["": "a"]"#,
      #"a name in environment is ""; it must be \#(inEnvironment)"#
    ) { $0.environment = ["": "a"] },
    .process(
      "environment", #"["A=B": "a"]"#,
      #"a name in environment is "A=B"; it must be \#(inEnvironment)"#
    ) { $0.environment = ["A=B": "a"] },
    .process(
      "environment", #"["A\0": nil]"#,
      #"a name in environment is "A\0"; it must be \#(inEnvironment)"#
    ) { $0.environment = ["A\0": nil] },
    .process(
      "environment", #"["A": "b\0c"]"#,
      #"A in environment is "b\0c"; it must be text without NUL, or nil"#
    ) { $0.environment = ["A": "b\0c"] },
    .process(
      "environment", "one of Tandem's own",
      "a name in environment is TANDEM_WORKER_DEPTH; it must be one that Tandem does not set itself"
    ) { $0.environment = ["TANDEM_WORKER_DEPTH": "0"] },
    .process("environment", #"["A": "", "B": nil]"#, nil) { $0.environment = ["A": "", "B": nil] },
    .process(
      "workingDirectory", #""""#, #"workingDirectory is ""; it must be \#(enterable)"#
    ) { $0.workingDirectory = "" },
    .process(
      "workingDirectory", "one that isn't there",
      #"workingDirectory is "/nonexistent"; it must be \#(enterable)"#
    ) { $0.workingDirectory = "/nonexistent" },
    .process(
      "workingDirectory", "a file", #"workingDirectory is "/etc/passwd"; it must be \#(enterable)"#
    ) { $0.workingDirectory = "/etc/passwd" },
    .process(
      "workingDirectory", #""/\0""#, #"workingDirectory is "/\0"; it must be \#(enterable)"#
    ) { $0.workingDirectory = "/\0" },
    .process("workingDirectory", #""/""#, nil) { $0.workingDirectory = "/" },
  ]

  private static let sizes: [OptionRow] = [
    .process(
      "largestResult", "0", "largestResult is 0; it must be from 1 to 1099511627776"
    ) { $0.largestResult = 0 },
    .process(
      "largestResult", ".max", "largestResult is \(Int.max); it must be from 1 to 1099511627776"
    ) { $0.largestResult = .max },
    .process("largestResult", "1 << 40", nil) { $0.largestResult = 1 << 40 },
    .process("nestingLimit", "0", "nestingLimit is 0; it must be from 1 to 1000000") {
      $0.nestingLimit = 0
    },
    .process(
      "nestingLimit", ".max", "nestingLimit is \(Int.max); it must be from 1 to 1000000"
    ) { $0.nestingLimit = .max },
    .process("nestingLimit", "1", nil) { $0.nestingLimit = 1 },
    .process("nestingLimit", "1_000_000", nil) { $0.nestingLimit = 1_000_000 },
    .process("innerThreads", "0", "innerThreads is 0; it must be from 1 to 65536") {
      $0.innerThreads = 0
    },
    .process("innerThreads", ".max", "innerThreads is \(Int.max); it must be from 1 to 65536") {
      $0.innerThreads = .max
    },
    .process("innerThreads", "1", nil) { $0.innerThreads = 1 },
    .process("limits", "[.cpuSeconds: 0]", "limits[.cpuSeconds] is 0; it must be 1 or more") {
      $0.limits = [.cpuSeconds: 0]
    },
    .process(
      "limits", "[.addressSpace: 0]", "limits[.addressSpace] is 0; it must be 16777216 or more"
    ) { $0.limits = [.addressSpace: 0] },
    .process(
      "limits", "[.descriptors: 7] and .spawn",
      "limits[.descriptors] is 7; it must be 8 or more for the start method spawn"
    ) {
      $0.limits = [.descriptors: 7]
      $0.startMethod = .spawn
    },
    .process("limits", "[.descriptors: 0]", nil) { $0.limits = [.descriptors: 0] },
    .process("limits", "no limit at all", nil) {
      $0.limits = [.addressSpace: .max, .cpuSeconds: .max, .fileSize: .max, .descriptors: .max]
    },
    .process("limits", "[.fileSize: 0, .coreSize: 0]", nil) {
      $0.limits = [.fileSize: 0, .coreSize: 0]
    },
    .process(
      "spin", "-1 ns",
      "spin is -1e-09 seconds; it must be from 0 to 1 second, or nil for the default"
    ) { $0.spin = .nanoseconds(-1) },
    .process(
      "spin", "1 h", "spin is 3600.0 seconds; it must be from 0 to 1 second, or nil for the default"
    ) { $0.spin = .seconds(3600) },
    .process("spin", "0", nil) { $0.spin = .zero },
    .process("spin", "1 s", nil) { $0.spin = .seconds(1) },
  ]
}
