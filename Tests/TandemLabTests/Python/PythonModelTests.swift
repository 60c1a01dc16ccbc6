import Foundation
import TandemModel
import Testing

@testable import TandemLab

@Suite(.enabled("needs a Python 3.6 or newer", Pythons.found))
struct PythonModelTests {
  let python: PythonModel

  init() throws { python = try PythonModel(launcher: PosixSpawnLauncher()) }

  static let models = ExecutionModel.allCases.filter(\.isPython)

  @Test("every model on every schedule gives a whole record, on every Python of the machine")
  func everyModel() async throws {
    for interpreter in try await Pythons.usable() {
      for model in Self.models where interpreter.supports(model) {
        for schedule in Schedule.allCases {
          let record = try await python.run(
            model, schedule: schedule, workers: 3, work: .squares(iterations: 2_000),
            interpreter: interpreter, timeout: patience)
          let label: Comment = "\(model.rawValue) \(schedule.rawValue) \(interpreter.version)"
          check(record, model, schedule, label)
        }
      }
    }
  }

  private func check(
    _ record: RunRecord, _ model: ExecutionModel, _ schedule: Schedule, _ label: Comment
  ) {
    // That there are as many records as can be, with their times in order, `run` has checked.
    #expect((record.pythonPool != nil) == model.isPythonPool, label)
    let calls = record.workers.compactMap(\.tasks?.count).reduce(0, +)
    #expect(model.isPythonPool ? calls == 3 : record.workers.count == 3, label)
    for (index, worker) in record.workers.enumerated() {
      let body = worker.bodyLeftNS - worker.bodyEnteredNS
      #expect(worker.onCPUNS > 0, label)
      #expect(worker.onCPUNS + (worker.runnableNS ?? 0) <= body, label)
      if model.isPythonPool { continue }
      let ownChild = [.pythonProcessesFork, .pythonProcessesSpawn].contains(model)
      #expect((worker.usage != nil) == ownChild, label)
      if let usage = worker.usage {
        #expect(usage.maxResidentKiB > 1_000, label)
      }
      if index > 0, schedule == .oneAtATime || model == .pythonSerial {
        #expect(record.workers[index - 1].endObservedNS <= worker.startCalledNS, label)
      }
    }
    for (earlier, later) in zip(record.driver, record.driver.dropFirst()) {
      #expect(earlier.toNS <= later.fromNS, label)
    }
    let activities = record.driver.map(\.activity)
    #expect(activities.contains(.startingServer) == (model == .pythonProcessesForkserver), label)
    if let first = record.workers.first, let last = record.driver.last {
      #expect(last.toNS <= first.startCalledNS, label)
    }
    if model == .pythonProcessesForkserver {
      #expect(!record.notMeasured.contains { $0.contains("ready") }, label)
      #expect(record.usage.cpuSeconds > 0, label)
    }
    // The tree's CPU time holds that of the workers; the kernel counts it in ticks of up to 10 ms.
    let inBodies = record.workers.reduce(0) { $0 + $1.onCPUNS }
    #expect(record.usage.cpuSeconds + 0.010 * 4 >= Double(inBodies) / 1e9, label)
  }

  @Test("threads under a GIL overlap, but compute one at a time")
  func threadsUnderTheGIL() async throws {
    let interpreter = try await Pythons.any()
    try #require(interpreter.gilEnabled == true)
    let record = try await python.run(
      .pythonThreads, schedule: .allAtOnce, workers: 2, work: .cpu(.seconds(0.1)),
      interpreter: interpreter, timeout: patience)
    let wall = Double(record.endedNS - record.beganNS)
    let onCPU = record.workers.reduce(0) { $0 + Double($1.onCPUNS) }
    let inProgress = record.workers.reduce(0) { $0 + Double($1.bodyLeftNS - $1.bodyEnteredNS) }
    #expect(onCPU / wall <= 1.15)
    #expect(inProgress / wall >= 1.3)
    let waited = record.workers.reduce(0) { $0 + Double($1.blocked.gilNS ?? 0) }
    #expect(waited > 0.1 * onCPU)
  }

  @Test("processes compute as much as threads do, without a GIL between them")
  func processesComputeAlone() async throws {
    let interpreter = try await Pythons.any()
    let record = try await python.run(
      .pythonProcessesFork, schedule: .allAtOnce, workers: 2, work: .cpu(.seconds(0.1)),
      interpreter: interpreter, timeout: patience)
    #expect(record.workers.allSatisfy { $0.blocked.gilNS == nil })
    #expect(record.workers.allSatisfy { $0.onCPUNS > 20_000_000 })
    #expect(record.workers[1].startCalledNS < record.workers[0].bodyLeftNS)
  }

  @Test("waiting is counted as I/O", arguments: ExecutionModel.py)
  func waiting(model: ExecutionModel) async throws {
    let interpreter = try await Pythons.any()
    let io = try await python.run(
      model, schedule: .allAtOnce, workers: 2, work: .io(seconds: 0.05), interpreter: interpreter,
      timeout: patience)
    for worker in io.workers {
      let waited = try #require(worker.blocked.ioNS)
      #expect(waited >= 50_000_000 && waited <= 50_100_000)
      #expect(worker.onCPUNS < waited)
    }
    let mixed = try await python.run(
      model, schedule: .oneAtATime, workers: 1, work: .mixed(seconds: 0.04, iterations: 20_000),
      interpreter: interpreter, timeout: patience)
    let waited = try #require(mixed.workers[0].blocked.ioNS)
    #expect(waited >= 20_000_000 && waited <= 20_250_000)
  }

  @Test("a worker that ends while another is joined is seen to end then")
  func endsAreSeenInTheirOrder() async throws {
    let files = try PythonFiles([
      "work.py": """
      import time
      def meet(pipe):
          # Each end of a named pipe waits to be opened until the other is (fifo(7)).
          if pipe["write"]:
              open(pipe["path"], "w").close()
          else:
              open(pipe["path"]).close()
              time.sleep(0.5)
      """
    ])
    let pipe = "\(files.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    let arguments = [false, true].map { #"{"path": "\#(pipe)", "write": \#($0)}"# }
    let list = "\(files.path)/arguments.json"
    try Data("[\(arguments.joined(separator: ","))]".utf8).write(to: URL(fileURLWithPath: list))
    let interpreter = try await Pythons.any()
    for model in [ExecutionModel.pythonThreads, .pythonProcessesFork] {
      let record = try await python.run(
        model, schedule: .allAtOnce, workers: 2, work: files.work("meet", arguments: .file(list)),
        interpreter: interpreter, timeout: patience)
      #expect(record.workers[1].endObservedNS < record.workers[0].bodyLeftNS)
    }
  }

  @Test("memory is read while the workers are held", arguments: ExecutionModel.py)
  func memory(model: ExecutionModel) async throws {
    for interpreter in try await Pythons.usable() where interpreter.supports(model) {
      let memory = try await python.memory(
        model, workers: 20, work: .squares(iterations: 100), interpreter: interpreter,
        timeout: patience)
      switch model.workerKind {
      case .process:
        let pss = try #require(memory.pssKiBPerWorker)
        let uss = try #require(memory.ussKiBPerWorker)
        #expect(pss >= uss && uss > 100)
        #expect(memory.stackKiBPerWorker == nil)
        #expect(memory.when.contains("4 workers"))
      case .thread:
        let stack = try #require(memory.stackKiBPerWorker)
        #expect(stack >= 4 && stack < 4_096)
        #expect(memory.pssKiBPerWorker == nil && memory.ussKiBPerWorker == nil)
      default:
        #expect(memory.pssKiBPerWorker == nil && memory.stackKiBPerWorker == nil)
        #expect(memory.how.hasPrefix("not measured"))
      }
    }
  }

  @Test("the iterations for a time are found once, and then the same in every run")
  func calibration() async throws {
    let interpreter = try await Pythons.any()
    let work = PythonWork.cpu(.seconds(0.01))
    let description = try await python.describe(interpreter.path, work: work, timeout: patience)
    let iterations = try #require(description.iterations)
    #expect(iterations > 1_000)
    #expect(work.calibrated(iterations: iterations) == .cpu(.iterations(iterations)))
    #expect(description.interpreter.version == interpreter.version)
  }

  @Test("nothing is left of the exchange files")
  func exchangeFilesAreRemoved() async throws {
    let interpreter = try await Pythons.any()
    _ = try await python.run(
      .pythonProcessesForkserver, schedule: .allAtOnce, workers: 1,
      work: .squares(iterations: 10), interpreter: interpreter, timeout: patience)
    let left = try FileManager.default.contentsOfDirectory(atPath: python.folder).sorted()
    #expect(left == (["__pycache__"] + DriverDirectory.scripts.map { "\($0.name).py" }).sorted())
  }
}
