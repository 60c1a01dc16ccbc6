import ArgumentParser
import TandemLab

/// What to run.
struct WorkOptions: ParsableArguments {
  /// The built-in kinds of work.
  enum BuiltIn: String, ExpressibleByArgument, CaseIterable {
    case squares, cpu, io, mixed
  }

  @Option(
    help: """
      Built-in work: 'squares' (a loop of squares), 'cpu' (the same loop for --work-time), 'io' (waiting \
      for a pipe) or 'mixed' (half of each).
      """)
  var work: BuiltIn = .squares

  @Option(
    help: ArgumentHelp(
      "Run a Python function of one argument instead, such as work.py:crunch.",
      valueName: "file:function"))
  var python: String?

  @Option(
    parsing: .unconditional,
    help: """
      Calls in all, with the arguments 0, 1, 2 and so on (default: one for each worker; of a Python \
      function, as many as take about half a second).
      """)
  var items: Int?

  @Option(
    help: ArgumentHelp(
      "Call the Python function with the elements of the JSON array in this file.",
      valueName: "file"))
  var args: String?

  @Option(
    help: ArgumentHelp(
      """
      Call the Python function with what this generator gives, for arguments that JSON can't say; \
      --items N takes the first N.
      """, valueName: "file:generator"))
  var argsFrom: String?

  @Option(
    parsing: .unconditional,
    help: "Iterations of the loop in one call (default: 10000 for 'squares').")
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long one call takes, such as 500us, 100ms or 2s (default: 20ms).", valueName: "time"),
    transform: TimeArgument.duration)
  var workTime: Duration?

  @Option(
    parsing: .unconditional,
    help: """
      Workers that each run starts (default: 100 for 'squares'; for a Python function one a CPU if it \
      computes, CPUs + 4 if it waits; otherwise twice the CPUs, at least 4).
      """)
  var workers: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Run the same calls with each of these numbers of workers, such as 1,2,4,8, and report how the work \
      scales.
      """, valueName: "counts"),
    transform: SweepArgument.counts)
  var sweep: [Int]?

  /// Rejects values out of bounds, and options that exclude each other.
  ///
  /// - Throws: `ValidationError`, exit code 64.
  func check() throws {
    try Limits.check(workers, "--workers", 1...10_000)
    try Limits.check(items, "--items", 1...10_000_000)
    try Limits.check(iterations, "--iterations", 1...1_000_000_000_000)
    try Limits.check(workTime: workTime)
    if python == nil, args != nil { throw ValidationError("--args goes with --python") }
    if python == nil, argsFrom != nil { throw ValidationError("--args-from goes with --python") }
    if args != nil, argsFrom != nil {
      throw ValidationError("--args and --args-from can't be used together")
    }
    if args != nil, items != nil {
      throw ValidationError(
        "--items and --args can't be used together: the array in the file sets the number of calls")
    }
    if python != nil {
      if iterations != nil || workTime != nil || work != .squares {
        throw ValidationError("--work, --iterations and --work-time are for built-in work")
      }
    } else {
      switch work {
      case .squares where workTime != nil:
        throw ValidationError("--work-time is for --work cpu, io and mixed; use --iterations")
      case .io where iterations != nil, .mixed where iterations != nil:
        throw ValidationError("--iterations is for --work squares and cpu; use --work-time")
      case .cpu where iterations != nil && workTime != nil:
        throw ValidationError("--iterations and --work-time can't be used together")
      default: break
      }
    }
  }

  /// Whether it shows what starting and joining in turn does, too: built-in work, and no sweep.
  var isLesson: Bool { python == nil && sweep == nil }

  /// The work, as the library has it.
  ///
  /// - Returns: What one item does.
  /// - Throws: `CompareError` for a Python function without a file or a name.
  func kind() throws -> Workload.Kind {
    if let python {
      return try Workload.Kind(
        pythonFunction: python,
        arguments: try Workload.Kind.arguments(file: args, generator: argsFrom))
    }
    let seconds = (workTime ?? .milliseconds(20)) / .seconds(1)
    return switch work {
    case .squares: .squares(iterations: iterations ?? 10_000)
    case .cpu: .cpu(iterations: iterations, seconds: seconds)
    case .io: .io(seconds: seconds)
    case .mixed: .mixed(seconds: seconds)
    }
  }
}
