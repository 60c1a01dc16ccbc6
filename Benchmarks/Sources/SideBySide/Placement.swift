import CFloors

/// On which CPUs the two ends of a call run.
enum Placement: String, CaseIterable, Codable {
  /// Both on the first CPU that the run may use.
  case oneCPU = "one-cpu"
  /// The caller on the first, the worker on the last.
  case twoCPUs = "two-cpus"
  /// Where the kernel puts them.
  case free

  /// The CPUs that this process may run on, in ascending order.
  static let allowedCPUs: [Int32] = {
    var cpus = [Int32](repeating: 0, count: 1024)
    return Array(cpus[..<Int(floor_allowed_cpus(&cpus, cpus.count))])
  }()

  /// Where the caller, with all its threads, may run.
  var callerCPUs: [Int32] {
    switch self {
    case .oneCPU, .twoCPUs: Array(Self.allowedCPUs.prefix(1))
    case .free: Self.allowedCPUs
    }
  }

  /// Where workers are put after their start; nil leaves them where they are.
  var workerCPU: Int32? { self == .twoCPUs ? Self.allowedCPUs.last : nil }

  /// Runs a closure in a thread that may only use these CPUs; what it starts inherits them.
  func callerPinned<Result>(_ body: () throws -> Result) rethrows -> Result {
    let cpus = callerCPUs
    floor_pin(0, cpus, cpus.count)
    defer { floor_pin(0, Self.allowedCPUs, Self.allowedCPUs.count) }
    return try body()
  }
}
