/// How a program is observed.
package struct ObservationOptions: Sendable {
  /// How it is known when workers ran.
  package enum Switches: String, Sendable, CaseIterable {
    /// From the kernel's records where it gives them, else from `/proc`.
    case automatic
    /// From the kernel's records; it is an error when it doesn't give them.
    case exact
    /// From `/proc`.
    case sampled
  }

  /// How it is known when workers ran.
  package var switches: Switches
  /// CPUs that the program can use.
  package var cpus: Double
  /// Events to open on each CPU: more than one only to measure what events cost on larger machines.
  package var eventsPerCPU: Int

  /// Makes options.
  package init(switches: Switches = .automatic, cpus: Double, eventsPerCPU: Int = 1) {
    self.switches = switches
    self.cpus = cpus
    self.eventsPerCPU = eventsPerCPU
  }
}
