/// What the first process did before it executed the program that the report is about (execve(2)).
///
/// A script that finds an interpreter, sets up an environment and then executes it is a launcher. A process
/// that starts others which live on is not.
public struct Launcher: Codable, Sendable, Equatable {
  /// Wall seconds from the command's release to the last exec.
  public var wallSeconds: Double
  /// CPU seconds of the launcher and the processes that it started.
  public var cpuSeconds: Double
  /// Processes that it started; all had ended before the last exec.
  public var processes: Int

  /// Makes a launcher's figures.
  public init(wallSeconds: Double, cpuSeconds: Double, processes: Int) {
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.processes = processes
  }

  enum CodingKeys: String, CodingKey {
    case wallSeconds = "wall_s"
    case cpuSeconds = "cpu_s"
    case processes
  }
}
