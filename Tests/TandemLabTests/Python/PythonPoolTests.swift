import Foundation
import TandemModel
import Testing

@testable import TandemLab

/// Python's pools and event loops, with functions of the user's.
@Suite(.enabled("needs a Python 3.6 or newer", Pythons.found))
struct PythonPoolTests {
  let python: PythonModel

  init() throws { python = try PythonModel(launcher: PosixSpawnLauncher()) }

  private static let module = PythonFilesText.pools

  private func run(
    _ model: ExecutionModel, _ work: PythonWork, workers: Int = 2, items: Int = 20,
    chunk: Int? = nil, on interpreter: PythonInterpreter? = nil
  ) async throws -> RunRecord {
    let found = try await Pythons.any()
    var interpreter = interpreter ?? found
    interpreter.work = PythonInterpreter.WorkFacts(chunkWanted: chunk)
    return try await python.run(
      model, schedule: .allAtOnce, workers: workers, items: items, work: work,
      interpreter: interpreter, timeout: patience)
  }

  @Test("each pool on each Python calls the function once an item, and says what it was")
  func everyPool() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    for interpreter in try await Pythons.usable() {
      for model in ExecutionModel.allCases where model.isPythonPool {
        guard interpreter.supports(model) else { continue }
        let label: Comment = "\(model.rawValue) \(interpreter.version)"
        let record = try await run(model, files.work("double"), on: interpreter)
        let pool = try #require(record.pythonPool, label)
        #expect(record.workers.compactMap(\.tasks?.count).reduce(0, +) == 20, label)
        #expect(pool.workers == 2 && pool.defaultWorkers >= 1 && pool.startNS > 0, label)
        #expect((pool.startMethod != nil) == model.isProcesses, label)
        if let method = model.pythonStartMethod { #expect(pool.startMethod == method, label) }
        if model == .pythonProcessPool {
          #expect(pool.startMethod == interpreter.startMethod, label)
        }
        for worker in record.workers {
          #expect(worker.startCalledNS >= record.beganNS, label)
        }
      }
    }
  }

  @Test(
    "a message holds as many items as are wanted, while each worker gets four messages",
    arguments: [(nil, 1), (3, 3), (5, 5), (9, 5), (1_000, 20)])
  func chunks(_ wanted: Int?, _ size: Int) async throws {
    let files = try PythonFiles(["work.py": Self.module])
    let record = try await run(
      .pythonProcessPool, files.work("double"), items: 40, chunk: wanted)
    #expect(record.pythonPool?.chunksize == size)
    #expect(record.pythonPool?.defaultChunksize == 1)
  }

  @Test("the time of items is told from the time between them, and CPU time from waiting")
  func times() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    for model in [ExecutionModel.pythonThreadPool, .pythonProcessPool] {
      let record = try await run(model, files.work("nap"), items: 8)
      let running = record.workers.compactMap(\.tasks?.runningNS).reduce(0, +)
      #expect(running >= 8 * 10_000_000, "\(model)")
      #expect(record.workers.reduce(0) { $0 + $1.onCPUNS } < running / 2, "\(model)")
      #expect(record.endedNS - record.beganNS >= 40_000_000, "\(model)")
    }
  }

  @Test("a function that raises, and a worker that dies, end the run with a sentence")
  func failures() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    for model in [ExecutionModel.pythonThreadPool, .pythonProcessPool, .pythonMultiprocessingPool] {
      let raised = try await #require(throws: PythonError.self) {
        _ = try await run(model, files.work("raise_one"))
      }
      #expect(raised.code == .raised && raised.message.hasSuffix("ValueError: no 1"), "\(model)")
      let traceback = try #require(raised.traceback)
      #expect(traceback.contains("in raise_one"), "\(model)")
      #expect(!traceback.contains("tandem_items") && !traceback.contains("futures"), "\(model)")
      guard model.isProcesses else { continue }
      let died = try await #require(throws: PythonError.self) {
        _ = try await run(model, files.work("die"))
      }
      #expect(died.code == .workerDied && !died.message.contains("\n"), "\(model)")
    }
  }

  @Test("an async def: gathered in one loop, and in a loop for each thread; never in a pool")
  func eventLoops() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    let work = files.work("anap")
    let interpreter = try await python.describe(
      try await Pythons.any().path, work: work, timeout: patience
    ).interpreter
    #expect(interpreter.work?.isAsync == true)
    #expect(!interpreter.supports(.pythonThreadPool) && interpreter.supports(.pythonAsyncio))
    func seconds(_ model: ExecutionModel, workers: Int) async throws -> Double {
      let record = try await python.run(
        model, schedule: .allAtOnce, workers: workers, items: 10, work: work,
        interpreter: interpreter, timeout: patience)
      return Double(record.endedNS - record.beganNS) / 1e9
    }
    // Ten naps of 20 ms.
    #expect(try await seconds(.pythonSerial, workers: 2) >= 0.2)
    #expect(try await seconds(.pythonAsyncio, workers: 1) < 0.2)
    #expect(try await seconds(.pythonAsyncioThreads, workers: 2) < 0.2)
  }

  @Test("arguments from a generator reach the function, and as many as are asked for")
  func generator() async throws {
    let files = try PythonFiles(["work.py": Self.module])
    let path = "\(files.path)/work.py"
    let work = PythonWork.function(
      path: path, name: "sum_of_pair", arguments: .generator(path: path, name: "pairs"))
    let interpreter = try await Pythons.any()
    let all = try await python.describe(interpreter.path, work: work, timeout: patience)
    #expect(all.arguments == 12)
    let some = try await python.describe(interpreter.path, work: work, items: 5, timeout: patience)
    #expect(some.arguments == 5)
    let record = try await run(.pythonProcessPool, work, items: 12)
    #expect(record.workers.compactMap(\.tasks?.count).reduce(0, +) == 12)
  }
}

/// Modules that several tests use.
enum PythonFilesText {
  static let pools = """
    import asyncio, os, time
    def double(i): return 2 * i
    def nap(i): time.sleep(0.01); return i
    def die(i): os._exit(3) if i == 1 else time.sleep(0.01)
    def raise_one(i):
        if i == 1: raise ValueError("no %d" % i)
    async def anap(i): await asyncio.sleep(0.02)
    def sum_of_pair(pair): return pair[0] + pair[1]
    def pairs():
        for i in range(12): yield (i, i + 1)
    """
}
