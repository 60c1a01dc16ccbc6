/// Who used the CPUs of a program besides the program itself.
public struct TakenCPU: Codable, Sendable, Equatable {
  /// The most other programs that are listed.
  public static let mostOthers = 5

  /// CPU seconds that other programs used, at least; 0: not more than the error; null: not known.
  @ExplicitNull public var othersSeconds: Double?
  /// CPU seconds by which the figures of all CPUs together may be wrong.
  public var errorSeconds: Double
  /// The processes of other programs that used most CPU time, on whatever CPU; empty when they can't be seen.
  public var others: [OtherProgram]
  /// CPU seconds of Tandem's own process, on whatever CPU.
  public var tandemSeconds: Double
  /// CPU seconds that the host of a virtual machine took from these CPUs; null when the kernel doesn't report it.
  @ExplicitNull public var stolenSeconds: Double?
  /// CPU seconds in which these CPUs had nothing to do.
  public var idleSeconds: Double

  /// Makes a value.
  public init(
    othersSeconds: Double?, errorSeconds: Double, others: [OtherProgram] = [],
    tandemSeconds: Double, stolenSeconds: Double? = nil, idleSeconds: Double
  ) {
    self.othersSeconds = othersSeconds
    self.errorSeconds = errorSeconds
    self.others = others
    self.tandemSeconds = tandemSeconds
    self.stolenSeconds = stolenSeconds
    self.idleSeconds = idleSeconds
  }

  enum CodingKeys: String, CodingKey {
    case othersSeconds = "others_cpu_s"
    case errorSeconds = "error_s"
    case others
    case tandemSeconds = "tandem_cpu_s"
    case stolenSeconds = "stolen_s"
    case idleSeconds = "idle_s"
  }
}

/// A process that doesn't belong to the program that is observed.
public struct OtherProgram: Codable, Sendable, Equatable {
  /// Its number.
  public var pid: Int32
  /// Its name, at most 15 bytes.
  public var name: String
  /// CPU seconds that it used, with the children that it has waited for.
  public var cpuSeconds: Double

  /// Makes a value.
  public init(pid: Int32, name: String, cpuSeconds: Double) {
    self.pid = pid
    self.name = name
    self.cpuSeconds = cpuSeconds
  }

  enum CodingKeys: String, CodingKey {
    case pid, name
    case cpuSeconds = "cpu_s"
  }
}
