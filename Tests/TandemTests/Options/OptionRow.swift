import Tandem
import Testing

/// One value of an option, set where a program sets it.
struct OptionRow: Sendable, CustomTestStringConvertible {
  /// Whose option it is, and which: `ProcessPoolOptions.recycle.afterItems`.
  var option: String
  /// The value, as code.
  var value: String
  /// The whole message of the error that it gives; nil for a value that works.
  var message: String?
  /// Sets it, and has a piece of work done.
  var use: @Sendable () async throws -> Void

  var testDescription: String { "\(option) = \(value)" }
}

extension OptionRow {
  /// A value of an option of process pools.
  static func process(
    _ option: String, _ value: String, _ message: String?,
    _ set: @escaping @Sendable (inout ProcessPoolOptions) -> Void
  ) -> OptionRow {
    OptionRow(option: "ProcessPoolOptions.\(option)", value: value, message: message) {
      var options = ProcessPoolOptions()
      set(&options)
      try await ProcessPool.with(workers: 2, options: options) { try await use($0) }
    }
  }

  /// A value of an option of thread pools.
  static func thread(
    _ option: String, _ value: String, _ message: String?,
    _ set: @escaping @Sendable (inout ThreadPoolOptions) -> Void
  ) -> OptionRow {
    OptionRow(option: "ThreadPoolOptions.\(option)", value: value, message: message) {
      var options = ThreadPoolOptions()
      set(&options)
      try await ThreadPool.with(workers: 2, options: options) { try await use($0) }
    }
  }

  /// A value of an option of calls, given to every pool and every kind of call.
  static func call(
    _ option: String, _ value: String, _ message: String?, _ options: CallOptions
  ) -> OptionRow {
    OptionRow(option: "CallOptions.\(option)", value: value, message: message) {
      for kind in PoolKind.allCases {
        try await kind.with { pool in
          let ends = [
            await outcome { expectSame(try await pool.run(20, options) { $0 + 1 }, 21) },
            await outcome { expectSame(try await pool.submit(20, options) { $0 + 1 }.value, 21) },
            await outcome { expectSame(try await pool.map([1, 2], options) { $0 + 1 }, [2, 3]) },
            await outcome {
              expectSame(
                try await pool.mapResults([1], options) { $0 + 1 }.map { try $0.get() }, [2])
            },
            await outcome {
              for try await output in try pool.results(of: [1], options, { $0 + 1 }) {
                expectSame(output, 2)
              }
            },
          ]
          let messages = ends.map { ($0.error as? PoolError)?.message }
          #expect(messages == Array(repeating: message, count: ends.count), "\(kind)")
          for case .failure(let error) in ends { throw error }
        }
      }
    }
  }

  /// A name of a pool or worker, given to every one of them.
  static func name(_ value: String, _ name: String, _ message: String?) -> [OptionRow] {
    [
      OptionRow(option: "ProcessPool.name", value: value, message: message) {
        try await ProcessPool.with(workers: 1, name: name) { try await use($0) }
      },
      OptionRow(option: "ThreadPool.name", value: value, message: message) {
        try await ThreadPool.with(workers: 1, name: name) { try await use($0) }
      },
      OptionRow(option: "SerialPool.name", value: value, message: message) {
        let pool = try SerialPool(name: name)
        try await use(pool)
        await pool.shutdown()
      },
      OptionRow(option: "WorkerThread.name", value: value, message: message) {
        let thread = WorkerThread(name: name) { 1 }
        try thread.start()
        expectSame(try await thread.value, 1)
      },
      OptionRow(option: "WorkerProcess.name", value: value, message: message) {
        let process = WorkerProcess(name: name, input: 1) { $0 }
        try process.start()
        expectSame(try await process.value, 1)
      },
    ]
  }

  /// A number of workers, given at the beginning and later.
  static func workers(_ value: String, _ workers: Int, _ message: String?) -> [OptionRow] {
    [
      OptionRow(option: "ProcessPool.workers", value: value, message: message) {
        try await ProcessPool.with(workers: workers) { try await use($0) }
      },
      OptionRow(option: "ThreadPool.workers", value: value, message: message) {
        try await ThreadPool.with(workers: workers) { try await use($0) }
      },
      OptionRow(option: "ProcessPool.resize", value: value, message: message) {
        try await ProcessPool.with(workers: 1) { pool in
          try pool.resize(to: workers)
          try await use(pool)
        }
      },
      OptionRow(option: "ThreadPool.resize", value: value, message: message) {
        try await ThreadPool.with(workers: 1) { pool in
          try pool.resize(to: workers)
          try await use(pool)
        }
      },
    ]
  }

  private static func use(_ pool: any WorkerPool) async throws {
    expectSame(try await pool.run(20) { $0 + 1 }, 21)
    expectSame(try await pool.map([1, 2, 3]) { $0 + 1 }, [2, 3, 4])
  }
}
