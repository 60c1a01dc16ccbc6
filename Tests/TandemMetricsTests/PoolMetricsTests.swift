#if Metrics
  import CoreMetrics
  import MetricsTestKit
  import Tandem
  import TandemMetrics
  import Testing

  /// Run by `swift test --traits Metrics --filter TandemMetricsTests`.
  @Suite("Pools as metrics", .timeLimit(.minutes(10)))
  struct PoolMetricsTests {
    @Test("Counters go up by what is new, gauges say how it is, timers get durations")
    func update() async throws {
      let factory = TestMetrics()
      let pool = try ThreadPool(workers: 2, name: "Digits")
      let metrics = PoolMetrics(pool, dimensions: [("host", "a")], factory: factory)
      let dimensions = [("pool", "Digits"), ("host", "a")]
      metrics.update()
      let completed = try factory.expectCounter("tandem_pool_completed", dimensions)
      #expect(completed.totalValue == 0)
      _ = try await pool.map(0..<30) { $0 + 1 }
      _ = try await pool.mapResults(0..<8) { number in
        if number < 3 { throw Odd() }
        return number
      }
      await pool.shutdown()
      #expect(metrics.update())
      #expect(completed.totalValue == 35)
      let failed = try factory.expectCounter("tandem_pool_failed", dimensions)
      #expect(failed.totalValue == 3)
      let waiting = try factory.expectGauge("tandem_pool_waiting", dimensions)
      #expect(waiting.lastValue == 0)
      let runTimes = try factory.expectTimer("tandem_pool_run_time", dimensions)
      #expect(runTimes.values.count == pool.statistics.runTimes.count)
      #expect(runTimes.values.allSatisfy { $0 <= pool.statistics.runTimes.longest })
      // Nothing new, nothing counted twice.
      metrics.update()
      #expect(completed.totalValue == 35 && failed.totalValue == 3)
      #expect(runTimes.values.count == pool.statistics.runTimes.count)
    }

    @Test("Of many items a hundred durations are passed on, of the same quantiles")
    func samples() async throws {
      let factory = TestMetrics()
      let pool = try SerialPool(name: "Many")
      let metrics = PoolMetrics(pool, factory: factory)
      _ = try await pool.map(0..<5_000) { $0 &* 3 }
      await pool.shutdown()
      metrics.update()
      let values = try factory.expectTimer("tandem_pool_run_time", [("pool", "Many")]).values
        .sorted()
      #expect(values.count == 100)
      let median = try #require(pool.statistics.runTimes.quantile(0.5))
      #expect(abs(Double(values[50]) - median) <= median / 4 + 1)
    }

    @Test("Reporting ends with the task, or with the pool")
    func ends() async throws {
      let factory = TestMetrics()
      var pool: SerialPool? = try SerialPool(name: "Gone")
      let metrics = PoolMetrics(try #require(pool), factory: factory)
      let task = Task { try await metrics.run(every: .seconds(3600)) }
      task.cancel()
      try await task.value
      pool = nil
      #expect(!metrics.update())
      try await metrics.run(every: .seconds(3600))
      try await metrics.run(every: .seconds(Int64.max))
    }

    @Test("A pause of no time is refused, and doesn't spin", arguments: [0, -1, Int64.min])
    func refused(nanoseconds: Int64) async throws {
      let metrics = PoolMetrics(try SerialPool(name: "Busy"), factory: TestMetrics())
      let error = await #expect(throws: PoolError.self) {
        try await metrics.run(every: .nanoseconds(nanoseconds))
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.hasPrefix("interval is ") == true)
    }
  }

  private struct Odd: Error {}
#endif
