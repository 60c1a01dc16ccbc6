package import TandemModel

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
  /// Events to open on each CPU: more than one only to measure what events cost on larger machines.
  package var eventsPerCPU: Int
  /// Stretches of workers' time to keep, one by one; 0 for none.
  package var mostSegments: Int

  /// Who is told while the program runs; nil for nobody.
  package var live: Live?

  /// Somebody who is told while the program runs.
  package struct Live: Sendable {
    /// How often, in nanoseconds.
    package var everyNS: UInt64
    /// Is told on the thread that watches, which does nothing else meanwhile.
    package var show: @Sendable (LiveMoment) -> Void

    /// Makes one.
    package init(everyNS: UInt64, show: @escaping @Sendable (LiveMoment) -> Void) {
      self.everyNS = everyNS
      self.show = show
    }
  }

  /// Makes options.
  package init(
    switches: Switches = .automatic, eventsPerCPU: Int = 1, mostSegments: Int = 0
  ) {
    self.switches = switches
    self.eventsPerCPU = eventsPerCPU
    self.mostSegments = mostSegments
  }
}
