/// Where the figures of an observation come from.
public struct ObservationSources: Codable, Sendable, Equatable {
  /// How it is known when workers ran.
  public enum Switches: String, Codable, Sendable, CaseIterable {
    /// From the kernel's record of every switch (perf_event_open(2)).
    case exact
    /// From reading `/proc` repeatedly.
    case sampled
  }

  /// How it is known when workers ran.
  public var switches: Switches
  /// Records of switches that the kernel had no room for; in the time around them only CPU time is known.
  public var lostRecords: Int
  /// Wall seconds in which records were lost.
  public var lostSeconds: Double
  /// How often it was read what a sleeping worker waits for.
  public var samples: Int
  /// The share of these samples with an answer: the worker still slept, and the answer held.
  @ExplicitNull public var samplingEfficiency: Double?
  /// The share of the time off the CPU that was looked into; of the rest, waits of lengths that were seen often enough are split as these, and the others are `too_short` or `other`.
  @ExplicitNull public var attributedShare: Double?
  /// CPU seconds that the kernel accounted to the program and its children that were waited for (wait4(2)); null while it runs.
  @ExplicitNull public var accountedCPUSeconds: Double?
  /// Seconds that a cgroup's quota stopped its processes meanwhile, summed over CPUs; null without a quota.
  @ExplicitNull public var throttledSeconds: Double?
  /// Seconds that the host of a virtual machine took its CPUs away meanwhile, summed over all of them (`steal` in proc_stat(5)); null when the kernel doesn't report it.
  @ExplicitNull public var stolenSeconds: Double?

  /// Makes the sources of one report.
  public init(
    switches: Switches, lostRecords: Int = 0, lostSeconds: Double = 0, samples: Int = 0,
    samplingEfficiency: Double? = nil, attributedShare: Double? = nil,
    accountedCPUSeconds: Double? = nil, throttledSeconds: Double? = nil,
    stolenSeconds: Double? = nil
  ) {
    self.switches = switches
    self.lostRecords = lostRecords
    self.lostSeconds = lostSeconds
    self.samples = samples
    self.samplingEfficiency = samplingEfficiency
    self.attributedShare = attributedShare
    self.accountedCPUSeconds = accountedCPUSeconds
    self.throttledSeconds = throttledSeconds
    self.stolenSeconds = stolenSeconds
  }

  enum CodingKeys: String, CodingKey {
    case switches
    case lostRecords = "lost_records"
    case lostSeconds = "lost_s"
    case samples
    case samplingEfficiency = "sampling_efficiency"
    case attributedShare = "attributed_share"
    case accountedCPUSeconds = "accounted_cpu_s"
    case throttledSeconds = "throttled_s"
    case stolenSeconds = "stolen_s"
  }
}
