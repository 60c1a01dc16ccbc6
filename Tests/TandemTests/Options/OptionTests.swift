import Glibc
import Tandem
import Testing

/// Options are checked where they are set: one sentence for each bad value, and no trap or hang.
@Suite("Options", .timeLimit(.minutes(5)))
struct OptionTests {
  @Test("Each value gives what the table says, in time", arguments: OptionTable.rows)
  func row(row: OptionRow) async throws {
    let ended = try #require(
      await ended(within: .seconds(30), row.use), "it had not ended after 30 s")
    switch (ended, row.message) {
    case (.success, nil): break
    case (.success, let message?): Issue.record("it was not refused: \(message)")
    case (.failure(let error), nil): Issue.record("it was refused: \(error)")
    case (.failure(let error), let message?):
      let error = try #require(error as? PoolError, "\(error)")
      if error.code == .refusedClosure {
        #expect(error.message.contains(message), "\(error)")
      } else {
        #expect(error.code == .invalidArgument, "\(error)")
        #expect(error.message == message)
      }
    }
  }

  /// How work ended; nil if it had not ended in time.
  private func ended(
    within limit: Duration, _ body: @escaping @Sendable () async throws -> Void
  ) async -> Result<Void, any Error>? {
    let (ends, continuation) = AsyncStream.makeStream(of: Result<Void, any Error>?.self)
    let work = Task { continuation.yield(await outcome(body)) }
    let timer = Task {
      try await Task.sleep(for: limit)
      continuation.yield(nil)
    }
    defer {
      work.cancel()
      timer.cancel()
    }
    for await end in ends { return end }
    return nil
  }

  // MARK: The table

  /// Every option of a value, and of the policies in it.
  private static func options(of value: Any, _ name: String) -> [String] {
    Mirror(reflecting: value).children.flatMap { child -> [String] in
      let option = "\(name).\(child.label ?? "")"
      if let limit = child.value as? RestartLimit { return options(of: limit, option) }
      let hasParts = child.value is RecyclePolicy || child.value is RetryPolicy
      return hasParts ? options(of: child.value, option) : [option]
    }
  }

  @Test("Every option has a row with a bad value, or is one of which every value works")
  func complete() {
    var processOptions = ProcessPoolOptions()
    processOptions.restartLimit = RestartLimit(1, within: .seconds(1))
    let options =
      Self.options(of: processOptions, "ProcessPoolOptions")
      + Self.options(of: ThreadPoolOptions(), "ThreadPoolOptions")
      + Self.options(of: CallOptions(), "CallOptions")
    #expect(options.count > 30)
    let refused = Set(OptionTable.rows.filter { $0.message != nil }.map(\.option))
    let used = Set(OptionTable.rows.map(\.option))
    for option in options {
      let isHarmless = OptionTable.withoutBadValues.contains(option)
      #expect(used.contains(option), "\(option) is not in the table")
      #expect(refused.contains(option) != isHarmless, "\(option)")
    }
    #expect(OptionTable.withoutBadValues.isSubset(of: options))
  }

  @Test("Without a number of workers there are as many as the minimum at least")
  func minimumWithoutWorkers() async throws {
    var options = ThreadPoolOptions()
    options.minimumWorkers = 300
    try await ThreadPool.with(options: options) { pool in
      #expect(pool.workerCount == 300)
    }
  }

  @Test("A pool can become smaller than its minimum")
  func smallerThanMinimum() async throws {
    var options = ProcessPoolOptions()
    options.minimumWorkers = 2
    try await ProcessPool.with(workers: 2, options: options) { pool in
      try pool.resize(to: 1)
      expectSame(try await pool.map(0..<20) { $0 + 1 }, Array(1...20))
    }
  }

  @Test("A folder that is gone when a worker starts is named in the error")
  func folderIsGone() async throws {
    let path = "/tmp/tandem-folder-\(Int.random(in: 0..<1 << 40))"
    #expect(mkdir(path, 0o700) == 0)
    var options = ProcessPoolOptions()
    options.workingDirectory = path
    let pool = try ProcessPool(workers: 1, options: options)
    rmdir(path)
    let ended = await outcome { try await pool.run(1) { $0 } }
    #expect(ended.code == .cannotStart)
    let message = (ended.error as? PoolError)?.message ?? ""
    #expect(message.hasPrefix("a worker can't work in the folder \"\(path)\""), "\(message)")
    await pool.shutdown(.killNow)
  }
}
