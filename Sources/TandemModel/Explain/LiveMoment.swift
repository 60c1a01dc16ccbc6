/// What a running program's workers did since the previous moment.
public struct LiveMoment: Sendable, Equatable {
  /// One worker.
  public struct Worker: Sendable, Equatable {
    /// What kind of worker it is.
    public var kind: ObservedWorker.Kind
    /// The number of its process.
    public var pid: Int32
    /// The number of its thread (gettid(2)).
    public var tid: Int32
    /// The name of its thread (prctl(2), `PR_SET_NAME`).
    public var name: String
    /// The process that started it: of a thread, its own; nil when that isn't known.
    public var parent: Int32?
    /// Seconds after the beginning of the wall time at which it was started.
    public var startedSeconds: Double
    /// The share of the time in each state, in the order of `WorkerState.observed`; they add up to 1, or to less for a worker that began meanwhile.
    public var shares: [Double]

    /// Makes a worker.
    public init(
      kind: ObservedWorker.Kind, pid: Int32, tid: Int32, name: String, parent: Int32? = nil,
      startedSeconds: Double = 0, shares: [Double]
    ) {
      self.kind = kind
      self.parent = parent
      self.startedSeconds = startedSeconds
      self.pid = pid
      self.tid = tid
      self.name = name
      self.shares = shares
    }
  }

  /// Wall seconds since the observation began.
  public var elapsedSeconds: Double
  /// Wall seconds since the previous moment, which the shares are of.
  public var spanSeconds: Double
  /// The workers that exist, in no order.
  public var workers: [Worker]
  /// Workers that ended meanwhile.
  public var ended: Int
  /// How it is known when workers ran.
  public var switches: ObservationSources.Switches
  /// The CPUs that the program can use; nil when that isn't known.
  public var cpus: Int?
  /// The standstill that lasts; nil while the program goes on.
  public var standstill: ObservedStandstill?

  /// Makes a moment.
  public init(
    elapsedSeconds: Double, spanSeconds: Double, workers: [Worker], ended: Int,
    switches: ObservationSources.Switches, cpus: Int? = nil, standstill: ObservedStandstill? = nil
  ) {
    self.cpus = cpus
    self.standstill = standstill
    self.elapsedSeconds = elapsedSeconds
    self.spanSeconds = spanSeconds
    self.workers = workers
    self.ended = ended
    self.switches = switches
  }

  /// Workers that want a CPU: on one, ready for one, or waiting for a GIL, averaged over the time.
  public var demand: Double { average(.onCPU) + average(.runnable) + average(.gil) }
  /// Workers on a CPU, averaged over the time.
  public var parallelism: Double { average(.onCPU) }

  /// Workers in a state, averaged over the time.
  public func average(_ state: WorkerState) -> Double {
    guard let place = WorkerState.observed.firstIndex(of: state) else { return 0 }
    return workers.reduce(0) { $0 + $1.shares[place] }
  }
}
