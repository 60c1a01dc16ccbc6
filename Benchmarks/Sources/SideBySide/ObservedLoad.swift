import Foundation

/// A program of known behaviour that `tandem explain` observes, and says what that costs it.
struct ObservedLoad {
  /// The program and its arguments.
  let command: [String]
  /// How often it is run as it is and observed.
  let pairs: Int
  /// The events that are opened on each CPU.
  let eventsPerCPU: Int

  /// Makes a load of a participant.
  ///
  /// - Parameters:
  ///   - participant: what is to be observed.
  ///   - program: the path of `floors`.
  ///   - unitsPerMicrosecond: how fast the work is that loads are made of.
  init(_ participant: Participant, program: String, unitsPerMicrosecond: Double) {
    // Work a piece in microseconds, and pieces that take about three seconds.
    let (piece, count): (Double, Double) =
      switch participant.row {
      case "load/cpu-bound": (10_000, 300)
      case "load/switches": (35, 30_000)
      case "load/threads": (0, 30_000)
      default: (0, 10_000)
      }
    command = [
      program, participant.row, "\(max(1, Int(count * participant.scale)))",
      "\(Int(piece * unitsPerMicrosecond))",
    ]
    pairs = participant.count
    let online = max(1, ProcessInfo.processInfo.processorCount)
    eventsPerCPU = participant.workers == 0 ? 1 : max(1, participant.workers / online)
  }

  /// What is read of a report (`tandem.explain/1`).
  struct Report: Decodable {
    struct Observer: Decodable {
      struct Cost: Decodable {
        var plainWallS: [Double]
        var observedWallS: [Double]
        var plainCPUS: Double?
        var observedCPUS: Double?
        var switchesPerSecond: Double?
        var reason: String?

        enum CodingKeys: String, CodingKey {
          case plainWallS = "plain_wall_s"
          case observedWallS = "observed_wall_s"
          case plainCPUS = "plain_cpu_s"
          case observedCPUS = "observed_cpu_s"
          case switchesPerSecond = "switches_per_second"
          case reason
        }
      }

      var cost: Cost
    }

    struct Sources: Decodable {
      var switches: String
    }

    var observer: Observer
    var sources: Sources
  }

  /// Has the load observed.
  ///
  /// - Parameter tandem: the path of `tandem`.
  /// - Returns: per cent of wall time that observing adds, one sample a pair of runs.
  /// - Throws: when the command can't be run or says nothing that can be read.
  func measure(by tandem: String) throws -> Answer {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: tandem)
    process.arguments =
      [
        "explain", "--cost-runs", "\(pairs)", "--quiet", "--json", "-", "--output", "/dev/null",
        "--",
      ] + command
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TANDEM_EVENTS_PER_CPU": "\(eventsPerCPU)"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Self.answer(try JSONDecoder().decode(Report.self, from: data))
  }

  /// Puts a report into samples.
  static func answer(_ report: Report) -> Answer {
    let cost = report.observer.cost
    guard report.sources.switches == "exact" else {
      return Answer(skipped: "switches can't be recorded here")
    }
    if let reason = cost.reason { return Answer(error: reason) }
    var notes: [String] = []
    if let switches = cost.switchesPerSecond, let plain = cost.plainCPUS,
      let observed = cost.observedCPUS, plain > 0
    {
      // Rounded, so that rounds that agree say it once.
      let thousands = (switches / 1_000).rounded()
      let cpu = ((observed / plain - 1) * 100).rounded()
      notes.append(
        "about \(Int(thousands)) thousand switches a second; CPU time of the program \(Int(cpu)) % more"
      )
    }
    return Answer(
      samples: zip(cost.observedWallS, cost.plainWallS).map { ($0 / $1 - 1) * 100 }, notes: notes)
  }
}
