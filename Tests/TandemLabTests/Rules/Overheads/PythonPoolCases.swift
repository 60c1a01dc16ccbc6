import TandemModel

@testable import TandemLab

extension RulesTests {
  /// The cases of the rules about what crosses to the processes of Python's pools.
  static let pythonPoolCases: [RuleCase] = [
    RuleCase(
      name: "a method that drags a table", claim: .movingDataDominates,
      subject: pool(.methodWithTable, wall: 0.7),
      says: [
        "python-process-pool (CPython 3.11.7): 128 MiB were pickled for 40 calls",
        "about 400 ms at both ends; the calls themselves take 40.0 µs",
        "the function, which goes with every message: 64.0 MiB (method)",
        "of which self.table is 64.0 MiB (bytes)",
      ], advises: ["Keep self.table out of the message", "initializer="],
      evidence: ["messages": 2, "calls": 40]),
    RuleCase(
      name: "the same table beside hours of work", claim: .movingDataDominates,
      subject: pool(.methodWithTable.calls(of: 10), wall: 200), says: nil),
    RuleCase(
      name: "small arguments", claim: .movingDataDominates, subject: pool(.tiny, wall: 0.1),
      says: nil),
    // A chunk of small items is large all the same.
    RuleCase(
      name: "many small items in each message", claim: .movingDataDominates,
      subject: pool(.slowToPickle, wall: 0.1, items: 100_000, chunksize: 12_500), says: nil),
    RuleCase(
      name: "dicts of a KiB", claim: .movingDataDominates,
      subject: pool(.dictionaries, wall: 0.5, items: 10_000, chunksize: 1_250), says: nil),
    RuleCase(
      name: "dicts of a KiB take their messages' time", claim: .tinyTasksDominate,
      subject: pool(.dictionaries, wall: 0.5, items: 10_000, chunksize: 1_250), says: []),
    RuleCase(
      name: "large arguments", claim: .movingDataDominates,
      subject: pool(.largeArguments, wall: 0.5), says: ["Most of it is an argument: 1.00 MiB"]),
    // Two workers and the first process can't pickle for more than three times the wall time, and the run can't
    // become shorter than nothing.
    RuleCase(
      name: "more pickling than the run can hold", claim: .movingDataDominates,
      subject: pool(.largeResults, wall: 0.1), says: ["about 300 ms at both ends"],
      evidence: ["pickling_s": 0.3, "pickling_in_parent_s": 0.1], gain: 0.1),
    RuleCase(
      name: "data that is longer on its way than in pickling", claim: .movingDataDominates,
      subject: pool(.slowToSend, wall: 0.8),
      says: ["about 804 µs at both ends, and were about 640 ms on their way"],
      evidence: ["on_the_way_s": 0.64], gain: 0.6406),
    RuleCase(
      name: "pickling that workers share", claim: .movingDataDominates,
      subject: pool(.largeResults, wall: 2), says: ["about 800 ms at both ends"], gain: 0.6),
    RuleCase(
      name: "large results", claim: .movingDataDominates,
      subject: pool(.largeResults, wall: 0.5), says: ["Most of it is a result: 8.00 MiB (list)"],
      advises: ["return a summary"]),
    RuleCase(
      name: "a start that waits for a table", claim: .startUpDominates,
      subject: pool(.methodWithTable, wall: 0.7, starting: true), says: nil),
    RuleCase(
      name: "a start with a module that is slow to import", claim: .startUpDominates,
      subject: pool(.tiny, wall: 0.7, starting: true, method: "spawn", importing: 0.3),
      says: ["each worker imports the function's module, which takes 300 ms"],
      advises: ["make the pool once"]),
    RuleCase(
      name: "one tiny call in a message", claim: .tinyTasksDominate,
      subject: pool(.tiny, wall: 0.1),
      says: [
        "A call takes 500 ns, and a message to another process and back 100 µs",
        "200 calls took 20.0 ms through a pool; with 100 in each, 500 µs (40.0 times as fast)",
      ], advises: ["was run with chunksize=20"]),
    RuleCase(
      name: "tiny calls that one loop does sooner", claim: .tinyTasksDominate,
      subject: pool(.tiny, wall: 0.1, serial: 0.01), says: [], advises: ["Do all calls in one loop"]
    ),
    RuleCase(
      name: "calls that take longer than a message", claim: .tinyTasksDominate,
      subject: pool(.tiny.calls(of: 0.001), wall: 0.1), says: nil),
    RuleCase(
      name: "a forked worker that copied much of its parent", claim: .memoryPerWorker,
      subject: pool(.tiny, wall: 0.7, memory: MemorySummary(ussKiBPerWorker: 102_400)),
      says: ["keeps 100 MiB of private memory", "A forked worker copies the pages of its parent"]),
    RuleCase(
      name: "large messages", claim: .tinyTasksDominate, subject: pool(.methodWithTable, wall: 0.7),
      says: nil),
  ]

  private static func pool(
    _ crossing: PythonCrossing, wall: Double, serial: Double? = nil, starting: Bool = false,
    method: String = "fork", importing: Double = 0, items: Int = 40, chunksize: Int = 20,
    memory: MemorySummary = MemorySummary()
  ) -> RuleCase.Subject {
    var crossing = crossing
    crossing.importSeconds = importing
    func result(_ model: ExecutionModel, _ wall: Double) -> ModelResult {
      ModelResult(
        model: model, interpreter: MadeUp.python, schedule: .allAtOnce,
        workers: model.workerKind == .none ? 0 : 2, n: 1, wallSeconds: [wall], blocks: [0],
        medianSeconds: wall)
    }
    var process = result(.pythonProcessPool, wall)
    process.pythonPool = PythonPoolSummary(
      className: "concurrent.futures.ProcessPoolExecutor", startMethod: method,
      chunksize: chunksize,
      defaultWorkers: 2, defaultChunksize: 1, startSeconds: 0.01, stopSeconds: 0.001)
    process.memory = memory
    if starting {
      process.shares = [
        StateShare(state: .starting, seconds: 0.9 * wall),
        StateShare(state: .onCPU, seconds: 0.1 * wall),
      ]
      process.startSecondsPerWorker = 0.9 * wall
    }
    return .comparison(
      Comparison(
        machine: MadeUp.machine(), work: MadeUp.work(.pythonFunction, items: items),
        results: (serial.map { [result(.pythonSerial, $0)] } ?? []) + [process],
        crossings: [crossing]))
  }
}

extension PythonCrossing {
  fileprivate static func made(
    function: Part = part("function", 30), argument: Part = part("int", 5),
    result: Part = part("int", 5), trial: Trial? = nil
  ) -> PythonCrossing {
    PythonCrossing(
      interpreter: MadeUp.python.path, importSeconds: 0, itemSeconds: 1e-6, calls: 40,
      onCPUShare: 1, function: function, argument: argument, result: result,
      messageSeconds: 100e-6, chunkWanted: 1_000, trial: trial)
  }

  private static func part(
    _ type: String, _ bytes: Double, seconds: Double = 1e-6, _ dragged: Dragged? = nil
  ) -> Part {
    Part(
      type: type, bytes: bytes, pickleSeconds: seconds, unpickleSeconds: seconds, dragged: dragged)
  }

  fileprivate static let methodWithTable = made(
    function: part(
      "method", 67_108_864, seconds: 0.1,
      Dragged(path: "self.table", type: "bytes", bytes: 67_108_864)))

  fileprivate static let largeResults = made(result: part("list", 8_388_608, seconds: 0.01))

  fileprivate static let slowToSend: PythonCrossing = {
    var crossing = made(result: part("bytes", 8_388_608, seconds: 9e-6))
    crossing.sendMiBSeconds = 0.002
    return crossing
  }()

  fileprivate static let largeArguments = made(argument: part("bytes", 1_048_576, seconds: 0.004))

  fileprivate static let slowToPickle = made(
    argument: part("int", 5, seconds: 3e-6), result: part("int", 5, seconds: 3e-6))

  fileprivate static let dictionaries = made(
    result: part("dict", 1_024, seconds: 10e-6),
    trial: Trial(items: 200, chunksize: 100, oneSeconds: 0.02, chunkSeconds: 0.004))

  fileprivate static let tiny: PythonCrossing = {
    var crossing = made(
      trial: Trial(items: 200, chunksize: 100, oneSeconds: 0.02, chunkSeconds: 0.0005))
    crossing.itemSeconds = 500e-9
    return crossing
  }()

  fileprivate func calls(of seconds: Double) -> PythonCrossing {
    var crossing = self
    crossing.itemSeconds = seconds
    return crossing
  }
}
