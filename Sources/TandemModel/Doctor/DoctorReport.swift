/// What this machine lets Tandem see and do: the versioned schema `tandem.doctor/1`.
public struct DoctorReport: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schemaName = "tandem.doctor/1"

  /// Always `tandem.doctor/1`.
  public var schema: String
  /// The version of Tandem that wrote the report.
  public var tandemVersion: String
  /// The machine that was looked at.
  public var machine: MachineSummary
  /// The checks, in order of `DoctorCheck.Area` and then of interest.
  public var checks: [DoctorCheck]
  /// Each Python that was found, described by itself.
  public var interpreters: [InterpreterSummary]

  /// Makes a report.
  public init(
    tandemVersion: String, machine: MachineSummary, checks: [DoctorCheck],
    interpreters: [InterpreterSummary]
  ) {
    self.schema = Self.schemaName
    self.tandemVersion = tandemVersion
    self.machine = machine
    self.checks = checks
    self.interpreters = interpreters
  }

  enum CodingKeys: String, CodingKey {
    case schema
    case tandemVersion = "tandem_version"
    case machine, checks, interpreters
  }
}
