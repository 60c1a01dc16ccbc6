/// A figure of a whole run of a command, as two commands' runs are compared.
public enum RunFigure: String, Codable, Sendable, CaseIterable {
  /// Seconds from releasing the command to its end.
  case wall = "wall_s"
  /// CPU seconds in user mode and in the kernel.
  case cpu = "cpu_s"
  /// CPU seconds in user mode.
  case user = "user_s"
  /// CPU seconds in the kernel.
  case system = "system_s"
  /// Context switches because a thread waited for something.
  case voluntarySwitches = "voluntary_switches"
  /// Context switches because the kernel took the CPU away.
  case involuntarySwitches = "involuntary_switches"
  /// Page faults served without reading a disk.
  case minorFaults = "minor_faults"
  /// Page faults that had to read a disk.
  case majorFaults = "major_faults"
  /// Instructions in user mode, by the CPU's counters.
  case instructions
  /// Cycles in user mode, by the CPU's counters.
  case cycles
}
