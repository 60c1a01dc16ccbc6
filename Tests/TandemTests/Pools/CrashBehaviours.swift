import Glibc
import Tandem
import TandemSystem
import TandemTestSupport
import Testing

// The behaviours that pools elsewhere learnt the hard way, by their numbers in
// Documentation/behaviours.md: crashes, and values that refuse to cross.

@Suite("Behaviours: crashes and values that refuse to cross", .timeLimit(.minutes(10)))
struct CrashBehaviours {
  @Test("01 A crash while the task is decoded fails that task; the pool goes on")
  func crashWhileDecoding() async throws {
    try await PoolKind.processes.with { pool async throws in
      let ended = await outcome {
        try await pool.run(StubbornValue(refuses: .survivingDecoding)) { _ in 1 }
      }
      #expect(ended.code == .workerCrashed, "\(ended)")
      #expect((ended.error as? PoolError)?.crash?.signal == .segmentationFault)
      #expect(try await pool.run(1) { $0 + 1 } == 2)
    }
  }

  @Test("02 A task that exits fails, and the error names the exit code", arguments: [0, 3, 99])
  func taskThatExits(code: Int32) async throws {
    try await PoolKind.processes.with { pool async throws in
      let orderly = await outcome { try await pool.run(code) { code -> Int in exit(code) } }
      let atOnce = await outcome { try await pool.run(code) { code -> Int in _exit(code) } }
      for ended in [orderly, atOnce] {
        #expect(ended.code == .workerExited, "\(ended)")
        let error = try #require(ended.error as? PoolError)
        #expect(error.crash?.exitCode == code)
        #expect(error.message.contains("code \(code)"), "\(error)")
      }
      #expect(try await pool.run(1) { $0 + 1 } == 2)
    }
  }

  @Test("03 A crash while the result is encoded fails that task, without a hang")
  func crashWhileEncoding() async throws {
    try await PoolKind.processes.with { pool async throws in
      let ended = await outcome {
        try await pool.run(0) { _ in StubbornValue(refuses: .survivingEncoding) }
      }
      #expect(ended.code == .workerCrashed, "\(ended)")
      #expect((ended.error as? PoolError)?.crash?.signal == .kill)
      #expect(try await pool.run(1) { $0 + 1 } == 2)
    }
  }

  @Test("04 An argument that fails to encode is an error at submission; no worker is touched")
  func argumentThatDoesNotEncode() async throws {
    try await PoolKind.processes.with { pool async throws in
      let error = #expect(throws: PoolError.self) {
        try pool.submit(StubbornValue(refuses: .encoding)) { _ in 1 }
      }
      #expect(error?.code == .encodingFailed)
      #expect(pool.statistics.started == 0)
      // In a map it ends its own item.
      let values = (0..<9).map { StubbornValue(refuses: $0 == 4 ? .encoding : .nothing) }
      let results = try await pool.mapResults(values, .batches(of: 1)) { _ in 1 }
      for (index, result) in results.enumerated() {
        if index == 4 {
          #expect(result.code == .encodingFailed)
        } else {
          #expect(try result.get() == 1)
        }
      }
      #expect(pool.statistics.deaths == 0)
    }
  }

  @Test("05 A result that fails to decode in the parent fails that task; the pool goes on")
  func resultThatDoesNotDecode() async throws {
    try await PoolKind.processes.with { pool async throws in
      let ended = await outcome {
        try await pool.run(0) { _ in StubbornValue(refuses: .decoding) }
      }
      #expect(ended.code == .decodingFailed, "\(ended)")
      let results = try await pool.mapResults(0..<30, .batches(of: 3)) { number in
        StubbornValue(refuses: number == 10 ? .decoding : .nothing)
      }
      #expect(results[10].code == .decodingFailed)
      #expect(results.filter { $0.code == nil && $0.error == nil }.count >= 27)
      #expect(pool.statistics.deaths == 0)
    }
  }

  @Test("06 A worker that dies anywhere in sending a large result ends in an error or the result")
  func deathWhileSendingALargeResult() async throws {
    try await PoolKind.processes.with { pool async throws in
      var crashed = 0
      for rounds in [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000] {
        let ended = await outcome {
          try await pool.run(rounds) { rounds -> [UInt8] in
            // Dies while the main thread encodes, copies or sends.
            try WorkerThread(isDaemon: true) {
              for _ in 0..<rounds { sched_yield() }
              _exit(4)
            }.start()
            return [UInt8](repeating: 5, count: 16 << 20)
          }
        }
        switch ended {
        case .success(let bytes): #expect(bytes.count == 16 << 20 && bytes.last == 5)
        case .failure: #expect(ended.code == .workerExited, "\(ended)")
        }
        if ended.code == .workerExited { crashed += 1 }
      }
      #expect(crashed > 0)
      #expect(try await pool.run(1) { $0 + 1 } == 2)
    }
  }

  @Test("07 A worker killed while idle is replaced, and no task fails")
  func killedWhileIdle() async throws {
    try await PoolKind.processes.with(workers: 1) { pool async throws in
      for _ in 0..<3 {
        let before = try await pool.run(0) { _ in getpid() }
        #expect(kill(before, SIGKILL) == 0)
        let after = try await pool.run(0) { _ in getpid() }
        #expect(after != before)
      }
      #expect(pool.statistics.failed == 0)
      #expect(pool.statistics.deaths == 3)
    }
  }

  @Test("08 While workers are killed at random every task ends once, and the workers come back")
  func killedAtRandom() async throws {
    let pool = try ProcessPool(workers: 3)
    let ended = Latch()
    let killing = Task {
      // Paced by what is done, not by time.
      await onThread {
        defer { ended.open() }
        var killed: Set<Int32> = []
        var next = 20
        try? waitUntil("twelve workers to be killed", limit: .seconds(40)) {
          let statistics = pool.statistics
          let victim = statistics.workers.filter { $0.withWorker > 0 }.randomElement()
          guard statistics.completed >= next, let pid = victim?.systemIdentifier else {
            return false
          }
          // One that is dead already can be killed again, until its end was seen.
          if !killed.contains(pid), kill(pid, SIGKILL) == 0 {
            killed.insert(pid)
            next = statistics.completed + 60
          }
          return killed.count == 12
        }
        return killed.count
      }
    }
    // However late the other thread is: there is work until the last was killed.
    var rounds = 0
    repeat {
      let results = try await pool.mapResults(0..<500, .batches(of: 1).retries(100)) {
        (number: Int) -> Int in
        var sum = number
        for step in 0..<20_000 { sum = (sum &* 31 &+ step) % 1_000_003 }
        return sum < 0 ? -1 : number
      }
      #expect(results.count == 500)
      for (number, result) in results.enumerated() { #expect(try result.get() == number) }
      rounds += 1
    } while !ended.wait(timeout: .zero)
    let kills = await killing.value
    #expect(kills == 12)
    // There are as many workers as before as soon as there is work for them.
    _ = try await pool.map(0..<200, .batches(of: 1)) { $0 }
    try await eventually("all deaths to be counted") { pool.statistics.deaths == kills }
    let statistics = pool.statistics
    #expect(statistics.workers.count <= 3 && !statistics.workers.isEmpty)
    #expect(statistics.completed == 500 * rounds + 200)
    await pool.shutdown()
  }

  @Test("09 A worker killed while it reads or writes its channel takes nobody along")
  func killedAtItsChannel() async throws {
    try await PoolKind.processes.with { pool async throws in
      // Larger than the ring, so that the one side waits for the other.
      let reading = await outcome {
        try await pool.run(StubbornValue(refuses: .survivingDecoding, bulk: 3 << 20)) { _ in 1 }
      }
      #expect(reading.code == .workerCrashed)
      let writing = await outcome {
        try await pool.run(3 << 20) { StubbornValue(refuses: .survivingEncoding, bulk: $0) }
      }
      #expect(writing.code == .workerCrashed)
      #expect(try await pool.map(0..<100) { $0 } == Array(0..<100))
    }
  }

  @Test("10 SIGKILL is told with a hint at memory, SIGTERM from outside as such")
  func signalsFromOutside() async throws {
    try await PoolKind.processes.with { pool async throws in
      for signal in [SIGKILL, SIGTERM] {
        let ended = await outcome {
          try await pool.run(signal) { signal -> Int in
            kill(getpid(), signal)
            while true { pause() }
          }
        }
        let error = try #require(ended.error as? PoolError)
        #expect(error.code == .workerCrashed)
        #expect(error.crash?.signal?.rawValue == signal)
        #expect(error.message.contains("memory") == (signal == SIGKILL), "\(error)")
      }
    }
  }

  @Test("11 An error that can't be rebuilt arrives with its type's name and message")
  func errorThatCannotBeRebuilt() async throws {
    struct Unsendable: Error, CustomStringConvertible {
      let closure: @Sendable () -> Int
      var description: String { "closed over \(closure())" }
    }
    try await PoolKind.processes.with { pool async throws in
      let ended = await outcome {
        try await pool.run(4) { number -> Int in throw Unsendable { number } }
      }
      let error = try #require(ended.error as? PoolError)
      let cause = try #require(error.cause as? RemoteError)
      #expect(cause.typeName.contains("Unsendable"), "\(cause)")
      #expect(cause.message == "closed over 4")
    }
  }

  @Test("12 A thrown error says where it comes from; an error that is the result is no failure")
  func thrownErrorAndErrorAsResult() async throws {
    try await PoolKind.processes.with { pool async throws in
      let ended = await outcome {
        try await pool.run("milk") { (what: String) throws -> Int in throw Refusal(about: what) }
      }
      // Codable errors come as they were thrown; of the others behaviour 11 speaks.
      #expect(ended.error as? Refusal == Refusal(about: "milk"))
      let value = try await pool.run("milk") { Refusal(about: $0) }
      #expect(value == Refusal(about: "milk"))
    }
  }

  @Test(
    "Of items of which most end their worker each ends by itself, and the others are done",
    arguments: [CallOptions(), .batches(of: 1), .batches(of: 16)])
  func mostItemsCrash(options: CallOptions) async throws {
    try await PoolKind.processes.with { pool async throws in
      let results = try await pool.mapResults(0..<200, options) { number -> Int in
        number % 4 == 3 ? 10 * number : segfault(0x1230)
      }
      for (number, result) in results.enumerated() {
        if number % 4 == 3 {
          #expect((try? result.get()) == 10 * number, "\(number): \(result)")
        } else {
          #expect(result.code == .workerCrashed, "\(number): \(result)")
        }
      }
      #expect(pool.statistics.failed == 150 && pool.statistics.completed == 50)
      #expect(pool.statistics.deaths >= 150)
    }
  }

  @Test("However many items in a row end their worker, the pool stays whole")
  func allItemsCrash() async throws {
    try await PoolKind.processes.with { pool async throws in
      let results = try await pool.mapResults(0..<400, .batches(of: 1)) { _ -> Int in _exit(3) }
      #expect(results.allSatisfy { $0.code == .workerExited })
      #expect(pool.statistics.failed == 400 && pool.statistics.deaths == 400)
      #expect(try await pool.map(0..<100) { $0 } == Array(0..<100))
    }
  }

  @Test("13 A crash in one of many tasks leaves the results of the others", arguments: [1, 4])
  func crashInOneOfMany(batch: Int) async throws {
    try await PoolKind.processes.with { pool async throws in
      let results = try await pool.mapResults(0..<64, .batches(of: batch)) { number -> Int in
        number == 21 ? segfault(0x1230) : 10 * number
      }
      for (number, result) in results.enumerated() {
        if number == 21 {
          #expect(result.code == .workerCrashed)
        } else {
          #expect(try result.get() == 10 * number)
        }
      }
      #expect(pool.statistics.failed == 1)
    }
  }
}
