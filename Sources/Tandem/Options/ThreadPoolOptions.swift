/// Everything about a thread pool that has a default.
public struct ThreadPoolOptions: Sendable {
  /// How many threads are started at once and kept however idle; the others come when there is work.
  public var minimumWorkers = 0
  /// How long a thread may have nothing to do before it ends; nil for ever.
  public var idleTimeout: Duration?
  /// What every thread does first.
  public var setup: WorkerHook?
  /// How long `setup` may take.
  public var setupTimeout = Duration.seconds(60)
  /// What every thread does last.
  public var teardown: WorkerHook?
  /// How long work that was asked to end may take before its thread counts as stuck.
  public var grace = Duration.milliseconds(100)
  /// How many stuck threads are replaced at once; nil for as many as the pool has workers.
  ///
  /// A thread can't be stopped. When work that was given up, by its timeout or its caller, has not ended
  /// after `grace`, its thread is stuck: it counts as a worker no more, and another is started when there
  /// is work for it. So a pool of `n` workers has at most `n` threads and this many more. Stuck threads
  /// above the number go on counting as workers, and the pool goes on with fewer. A stuck thread whose
  /// work ends after all becomes a worker again, or ends if there are enough.
  public var spareThreads: Int?
  /// The size of each thread's stack in bytes, from 64 KiB to 64 GiB; nil for the system's default.
  public var stackBytes: Int?
  /// Which CPUs threads may run on.
  public var pinning = CPUPinning.none

  /// The defaults.
  public init() {}
}
