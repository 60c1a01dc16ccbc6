import FoundationEssentials
package import TandemModel

/// Runs work under CPython's execution models: each run is a fresh process of the interpreter with
/// the driver script.
package struct PythonModel: Sendable {
  /// Where the standard output of the work goes.
  package enum Output: String, Encodable, Sendable {
    /// Nowhere: writing costs the work as little as it can.
    case nowhere = "null"
    /// To standard error, which is kept when the process dies.
    case standardError = "stderr"
  }

  private let launcher: any ProgramLauncher
  private let output: Output
  private let directory: DriverDirectory

  /// Makes a runner with a folder of its own, which goes away with the last copy of the runner.
  ///
  /// - Parameters:
  ///   - launcher: what starts the interpreters.
  ///   - output: where the standard output of the work goes.
  /// - Throws: what the file system says.
  package init(launcher: any ProgramLauncher, output: Output = .nowhere) throws {
    self.launcher = launcher
    self.output = output
    directory = try DriverDirectory()
  }

  /// The folder with the script.
  var folder: String { directory.path }

  /// Runs the work once, timed.
  ///
  /// The time begins when the interpreter is up, the user's module imported and the parts of
  /// `multiprocessing` that the start method needs are too: what a program pays once.
  ///
  /// - Parameters:
  ///   - model: one of CPython's models.
  ///   - schedule: when workers are started and joined.
  ///   - workers: how many workers; for the serial model, how many shares the items are recorded in.
  ///   - items: how many items all workers do together; nil for one each.
  ///   - work: what each does.
  ///   - interpreter: which Python.
  ///   - timeout: how long the process may take; nil for as long as it likes.
  /// - Returns: what was seen of each worker.
  /// - Throws: `PythonError`, `CancellationError`, or what the launcher throws.
  package func run(
    _ model: ExecutionModel, schedule: Schedule, workers: Int, items: Int? = nil,
    work: PythonWork, interpreter: PythonInterpreter, timeout: Duration? = nil
  ) async throws -> RunRecord {
    try await run(
      model, schedule: schedule, workers: workers, items: items, work: work,
      interpreter: interpreter, timeout: timeout, gate: nil)
  }

  /// Runs the work once, as `run` without a gate does, after having passed a gate.
  ///
  /// The gate is just before the time begins.
  func run(
    _ model: ExecutionModel, schedule: Schedule, workers: Int, items: Int?, work: PythonWork,
    interpreter: PythonInterpreter, timeout: Duration? = nil, gate: RunGate.Paths?
  ) async throws -> RunRecord {
    precondition(model.isPython && workers > 0, "a Python model with at least one worker")
    let answer = try await ask(interpreter.path, timeout: timeout) { request in
      request.mode = .run
      request.model = model.driverName
      request.schedule = schedule
      request.workers = workers
      request.items = items ?? workers
      request.work = work
      request.watch = gate
      request.chunkWanted = interpreter.work?.chunkWanted
    }
    let counts = (model.isPythonPool ? 1 : workers)...workers
    guard let record = answer.record, record.isConsistent(workers: counts) else {
      throw PythonError(.badAnswer, "the driver's record of the run is inconsistent")
    }
    return record
  }

  /// Runs at most four workers at once, untimed, and reads their memory before they end.
  ///
  /// - Parameters:
  ///   - model: one of CPython's models; the serial one has no workers, so nothing is measured.
  ///   - workers: how many workers there are in timed runs.
  ///   - items: how many items these workers do together; nil for one each.
  ///   - work: what each does.
  ///   - interpreter: which Python.
  ///   - timeout: how long the process may take; nil for as long as it likes.
  /// - Returns: the mean over the workers.
  /// - Throws: `PythonError`, `CancellationError`, or what the launcher throws.
  package func memory(
    _ model: ExecutionModel, workers: Int, items: Int? = nil, work: PythonWork,
    interpreter: PythonInterpreter, timeout: Duration? = nil
  ) async throws -> MemorySummary {
    precondition(model.isPython && workers > 0, "a Python model with at least one worker")
    let answer = try await ask(interpreter.path, timeout: timeout) { request in
      request.mode = .memory
      request.model = model.driverName
      request.schedule = .allAtOnce
      request.workers = workers
      request.items = items
      request.work = work
      request.chunkWanted = interpreter.work?.chunkWanted
    }
    guard let memory = answer.memory else {
      throw PythonError(.badAnswer, "the driver's answer has no memory")
    }
    return memory
  }

  /// What an interpreter says of itself and of the work.
  package struct Description: Sendable, Equatable {
    /// The interpreter, asked after the user's module was imported.
    package var interpreter: PythonInterpreter
    /// How many arguments the file or the generator gives; nil without either.
    package var arguments: Int?
    /// The iterations that this interpreter does in the time that was asked for.
    ///
    /// Nil for work without a loop. They are what `PythonWork.calibrated(iterations:)` takes.
    package var iterations: Int?
    /// Whether the function is an `async def`.
    package var isAsync: Bool
  }

  /// Asks the interpreter at a path about itself, and whether it can do the work: that the
  /// function exists and can be called with one argument.
  ///
  /// - Parameters:
  ///   - path: the interpreter's path.
  ///   - work: the work; nil to ask about the interpreter alone.
  ///   - items: how many arguments to take; nil for all.
  ///   - timeout: how long it may take, the import of the user's module included.
  /// - Returns: what it says.
  /// - Throws: `PythonError`, `CancellationError`, or what the launcher throws.
  package func describe(
    _ path: String, work: PythonWork? = nil, items: Int? = nil,
    timeout: Duration? = .seconds(10)
  ) async throws -> Description {
    let answer = try await ask(path, timeout: timeout) { request in
      request.work = work
      request.items = items
    }
    guard let interpreter = answer.interpreter else {
      throw PythonError(.badAnswer, "the driver's answer has no interpreter")
    }
    var arguments: Int?
    if case .function(_, _, let source) = work, source != .indices { arguments = answer.items }
    var described = PythonInterpreter(path: path, answer: interpreter)
    if case .function = work {
      described.work = PythonInterpreter.WorkFacts(isAsync: answer.isAsync ?? false)
    }
    return Description(
      interpreter: described, arguments: arguments, iterations: answer.iterations,
      isAsync: answer.isAsync ?? false)
  }

  /// Finds out what would cross between processes with a function of the user's, and what that costs:
  /// calls it a few times, pickles what it takes and gives, and sends it through a pool.
  ///
  /// - Parameters:
  ///   - work: the work.
  ///   - workers: how many workers a pool will have.
  ///   - items: how many calls there will be; nil when that isn't known yet.
  ///   - interpreter: which Python.
  ///   - timeout: how long it may take.
  /// - Returns: what it found.
  /// - Throws: `PythonError`, `CancellationError`, or what the launcher throws.
  package func crossing(
    of work: PythonWork, workers: Int, items: Int?, interpreter: PythonInterpreter,
    timeout: Duration?
  ) async throws -> PythonCrossing {
    let answer = try await ask(interpreter.path, timeout: timeout) { request in
      request.mode = .cross
      request.work = work
      request.workers = workers
      request.items = items
    }
    guard var crossing = answer.crossing else {
      throw PythonError(.badAnswer, "the driver's answer has nothing about what crosses")
    }
    crossing.interpreter = interpreter.path
    return crossing
  }

  /// Asks each candidate about itself.
  ///
  /// Those that turn out to be the same executable with the same packages as an earlier one are
  /// left out.
  ///
  /// - Parameters:
  ///   - candidates: paths, such as `PythonSearch` finds them.
  ///   - timeout: how long each may take, asked anew for each.
  /// - Returns: an entry a candidate, with why it can't be used where it can't.
  /// - Throws: `CancellationError`.
  package func entries(
    for candidates: [String], timeout: @autoclosure () -> Duration = .seconds(10)
  ) async throws -> [PythonEntry] {
    var seen = Set<[String]>()
    var entries: [PythonEntry] = []
    for path in candidates {
      let entry = try await self.entry(for: path, timeout: timeout())
      if let found = entry.interpreter,
        !seen.insert([found.realPath, found.prefix]).inserted
      {
        continue
      }
      entries.append(entry)
    }
    return entries
  }

  /// Asks the candidates in turn, until one can be used.
  ///
  /// - Parameters:
  ///   - candidates: paths, such as `PythonSearch` finds them.
  ///   - timeout: how long each may take, asked anew for each.
  /// - Returns: an entry for each that was asked; only the last may hold an interpreter.
  /// - Throws: `CancellationError`.
  package func entriesUntilUsable(
    in candidates: [String], timeout: @autoclosure () -> Duration = .seconds(10)
  ) async throws -> [PythonEntry] {
    var entries: [PythonEntry] = []
    for path in candidates {
      entries.append(try await entry(for: path, timeout: timeout()))
      if entries.last?.interpreter != nil { break }
    }
    return entries
  }

  private func entry(for path: String, timeout: Duration) async throws -> PythonEntry {
    do {
      let description = try await describe(path, timeout: timeout)
      return PythonEntry(path: path, outcome: .success(description.interpreter))
    } catch let error as CancellationError {
      throw error
    } catch let error as PythonError {
      return PythonEntry(path: path, outcome: .failure(error))
    } catch {
      let reason = PythonError(.noSuchInterpreter, "\(path) can't be started: \(error)")
      return PythonEntry(path: path, outcome: .failure(reason))
    }
  }

  /// Sends a request and gives the answer.
  private func ask(
    _ path: String, timeout: Duration?, _ fill: (inout DriverRequest) -> Void
  ) async throws -> DriverAnswer {
    guard PythonSearch.isProgram(path) else {
      throw PythonError(.noSuchInterpreter, "there is no program at \(path)")
    }
    let exchange = try directory.makeExchange()
    defer { try? FileManager.default.removeItem(atPath: exchange) }
    let answerPath = "\(exchange)/answer.json"
    var request = DriverRequest(mode: .describe, directory: exchange, answer: answerPath)
    request.stdout = output
    fill(&request)
    let requestPath = "\(exchange)/request.json"
    try JSONEncoder().encode(request).write(to: URL(fileURLWithPath: requestPath))

    let result = try await launcher.launch(
      path: path, arguments: [directory.scriptPath, requestPath], environment: nil,
      timeout: timeout)
    try Task.checkCancellation()
    guard let data = FileManager.default.contents(atPath: answerPath) else {
      var error = PythonError(silence: result, path: path, timeout: timeout)
      if result.timedOut { error.stage = PythonError.Stage(from: "\(exchange)/stage") }
      throw error
    }
    let answer: DriverAnswer
    do {
      answer = try JSONDecoder().decode(DriverAnswer.self, from: data)
    } catch {
      throw PythonError(.badAnswer, "the driver's answer can't be read: \(error)")
    }
    if let error = answer.error { throw error }
    return answer
  }
}

extension PythonError.Stage {
  /// Reads what the driver noted last; nil where it noted nothing.
  fileprivate init?(from path: String) {
    let note = String(
      decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    guard let space = note.firstIndex(of: " "), let kind = Kind(rawValue: String(note[..<space]))
    else { return nil }
    self.init(kind: kind, name: String(note[note.index(after: space)...]))
  }
}

extension PythonError {
  /// Why a process ended without an answer.
  fileprivate init(silence result: ProgramResult, path: String, timeout: Duration?) {
    let tail = result.standardErrorTail
    let how: String
    if result.timedOut {
      let limit = timeout.map { " of \($0)" } ?? ""
      self.init(
        .timedOut, "\(path) was ended: its time\(limit) was over", signal: result.signal,
        standardErrorTail: tail)
      return
    } else if let signal = result.signal {
      how = "was ended by signal \(signal)"
    } else {
      how = "ended with exit code \(result.exitCode ?? 0)"
    }
    // A shell's complaint comes first, a Python traceback's point last.
    let lines = tail.split(separator: "\n")
    let line = result.exitCode == 127 ? lines.first : lines.last
    let said = line.map { ": \($0)" } ?? ""
    self.init(
      .driverDied, "\(path) \(how) without an answer\(said)", exitCode: result.exitCode,
      signal: result.signal, standardErrorTail: tail)
  }
}

extension ExecutionModel {
  /// The model's name in a request.
  fileprivate var driverName: String { String(rawValue.dropFirst("python-".count)) }
}

extension RunRecord {
  /// Whether there is a record for each worker, with its times in order and inside of the run.
  fileprivate func isConsistent(workers count: ClosedRange<Int>) -> Bool {
    count.contains(workers.count) && beganNS <= endedNS
      && workers.allSatisfy { worker in
        beganNS <= worker.startCalledNS && worker.startCalledNS <= worker.bodyEnteredNS
          && worker.bodyEnteredNS <= worker.bodyLeftNS
          && worker.bodyLeftNS <= worker.endObservedNS && worker.endObservedNS <= endedNS
      }
  }
}
