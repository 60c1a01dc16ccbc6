/// How throughput and memory grow with workers and with tasks.
struct GrowthCurves {
  /// One point of a curve.
  struct Point {
    /// Workers, or tasks.
    var size: Int
    /// Tasks a second.
    var rate: Double?
    /// Why there is no rate.
    var failure: String?
  }

  /// Throughput of tiny tasks against workers.
  var workers: [Point]
  /// Throughput of tiny tasks against tasks, 2 workers.
  var tasks: [Point]
  /// A bounded stream of tasks.
  var stream: Stream
  /// Many workers, started and stopped.
  var fleet: Fleet

  /// A bounded stream.
  struct Stream {
    var tasks: Int
    var rate: Double?
    /// Private memory of the parent and all workers at even distances, in KiB.
    var memory: [Double]
    var failure: String?
  }

  /// Many workers.
  struct Fleet {
    var workers: Int
    /// Until every worker has answered, in seconds.
    var start: Double?
    /// Until every worker has ended, in seconds.
    var stop: Double?
    /// Processes below the parent afterwards that weren't there before; the server is not counted.
    var processesLeft: Int?
    /// Descriptors of the parent afterwards that weren't there before.
    var descriptorsLeft: Int?
    var failure: String?
  }
}

/// Measures the curves.
enum Growth {
  static func measure(_ company: Company, isQuick: Bool) -> GrowthCurves {
    func ask(_ row: String, _ way: String, _ count: Int, _ workers: Int) -> Answer {
      Progress.show("growth: \(row), \(workers) workers, \(count) tasks")
      defer { Progress.show(nil) }
      let request = Request(row: row, peer: way, count: count, workers: workers)
      do {
        return try company.ask(request, .tandem, .free, timeout: 600)
      } catch {
        return Answer(error: "\(error)")
      }
    }
    // The median of three, but for the largest, which take long enough to be steady.
    func point(_ size: Int, tasks: Int, workers: Int) -> GrowthCurves.Point {
      let answers = (0..<(tasks > 1_000_000 ? 1 : 3)).map { _ in
        ask("tiny-tasks", "processes", tasks, workers)
      }
      return GrowthCurves.Point(
        size: size, rate: Samples(answers.flatMap { $0.samples ?? [] }).median,
        failure: answers.lazy.compactMap { $0.skipped ?? $0.error }.first)
    }
    let counts =
      isQuick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
    let workers = isQuick ? [1, 2, 8] : [1, 2, 4, 8, 16, 32, 64]
    let streamed = isQuick ? 100_000 : 10_000_000
    let fleet = isQuick ? 50 : 500
    let stream = ask("stream", "processes", streamed, 2)
    let started = ask("fleet", "processes", fleet, fleet)
    return GrowthCurves(
      workers: workers.map { point($0, tasks: isQuick ? 20_000 : 500_000, workers: $0) },
      tasks: counts.map { point($0, tasks: $0, workers: 2) },
      // The rate first, then the memory.
      stream: GrowthCurves.Stream(
        tasks: streamed, rate: stream.samples?.first,
        memory: Array(stream.samples?.dropFirst() ?? []), failure: stream.skipped ?? stream.error),
      fleet: fleetResult(fleet, started))
  }

  /// Reads an answer of four figures: start, stop, processes left, descriptors left.
  private static func fleetResult(_ workers: Int, _ answer: Answer) -> GrowthCurves.Fleet {
    var fleet = GrowthCurves.Fleet(workers: workers, failure: answer.skipped ?? answer.error)
    if let samples = answer.samples, samples.count == 4 {
      fleet.start = samples[0]
      fleet.stop = samples[1]
      fleet.processesLeft = Int(samples[2])
      fleet.descriptorsLeft = Int(samples[3])
    }
    return fleet
  }
}

extension GrowthCurves {
  /// The curves as JSON.
  var json: JSONValue {
    func points(_ points: [Point], _ name: String) -> JSONValue {
      .array(
        points.map {
          .object([
            name: .integer($0.size), "tasks_per_s": JSONValue($0.rate),
            "not_measured": JSONValue($0.failure),
          ])
        })
    }
    func integer(_ value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .null }
    return .object([
      "workers": points(workers, "workers"),
      "tasks": points(tasks, "tasks"),
      "stream": .object([
        "tasks": .integer(stream.tasks), "tasks_per_s": JSONValue(stream.rate),
        "memory_kib": .array(stream.memory.map(JSONValue.number)),
        "not_measured": JSONValue(stream.failure),
      ]),
      "fleet": .object([
        "workers": .integer(fleet.workers), "start_s": JSONValue(fleet.start),
        "stop_s": JSONValue(fleet.stop), "processes_left": integer(fleet.processesLeft),
        "descriptors_left": integer(fleet.descriptorsLeft),
        "not_measured": JSONValue(fleet.failure),
      ]),
    ])
  }

  /// The curves for people.
  var lines: [String] {
    func line(_ point: Point, _ unit: String) -> String {
      "  \(point.size) \(unit): "
        + (point.rate.map { "\(Figure.text($0)) tasks/s" }
          ?? "not measured: \(point.failure ?? "no figures")")
    }
    var lines = ["Growth of throughput with workers, tiny tasks:"]
    lines += workers.map { line($0, $0.size == 1 ? "worker" : "workers") }
    lines += ["Growth of throughput with tasks, 2 workers:"] + tasks.map { line($0, "tasks") }
    lines.append("A bounded stream of \(stream.tasks) tasks:")
    if let rate = stream.rate, let first = stream.memory.first, let last = stream.memory.last {
      lines.append(
        "  \(Figure.text(rate)) tasks/s; private memory \(Figure.text(first)) KiB at the first "
          + "tenth, \(Figure.text(last)) KiB at the end, \(Figure.text(stream.memory.max())) at most"
      )
    } else {
      lines.append("  not measured: \(stream.failure ?? "no figures")")
    }
    lines.append("\(fleet.workers) workers:")
    if let start = fleet.start, let stop = fleet.stop {
      lines.append(
        "  started in \(Figure.text(start)) s, stopped in \(Figure.text(stop)) s; left: "
          + "\(fleet.processesLeft ?? 0) processes, \(fleet.descriptorsLeft ?? 0) descriptors")
    } else {
      lines.append("  not measured: \(fleet.failure ?? "no figures")")
    }
    return lines
  }
}
