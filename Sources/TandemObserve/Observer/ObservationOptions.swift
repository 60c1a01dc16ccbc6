package import TandemModel

/// How a program is observed.
package struct ObservationOptions: Sendable {
  /// How it is known when workers ran.
  package enum Switches: String, Sendable, CaseIterable {
    /// From the kernel's records where available, otherwise from `/proc`.
    case automatic
    /// From the kernel's records; it is an error when there are none.
    case exact
    /// From `/proc`.
    case sampled
  }

  /// How it is known when workers ran.
  package var switches: Switches
  /// Events to open on each CPU; more than one only to measure what events cost on larger machines.
  package var eventsPerCPU: Int
  /// The most segments of workers' time to keep; 0 keeps none.
  package var mostSegments: Int

  /// Whether what a launcher does before it executes the program is told apart.
  package var findsLauncher = false

  /// Whether to end the observation of a running program that stands still and has no time limit to wait for.
  package var endsWhenStill = false
  /// Receives what is recorded while the program runs, unless switches are sampled; nil for nobody.
  package var sink: (any ObservationSink)?
  /// The live display; nil for none.
  package var live: Live?

  /// A display that is updated while the program runs.
  package struct Live: Sendable {
    /// How often, in nanoseconds.
    package var everyNS: UInt64
    /// Called on the observing thread, which does nothing else meanwhile.
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
