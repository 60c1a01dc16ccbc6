/// CPUs to which a program bound some of its workers, fewer than it was given.
public struct NarrowedCPUs: Codable, Sendable, Equatable {
  /// The CPUs, such as `0-3,8`.
  public var cpus: String
  /// How many they are.
  public var count: Int
  /// Workers that may run on just these.
  public var workers: Int
  /// The process of the first of them that was seen so.
  public var pid: Int32
  /// Its thread.
  public var tid: Int32
  /// Its name.
  public var name: String
  /// Seconds after the beginning of the wall time at which it was first seen so.
  public var sinceSeconds: Double
  /// CPU seconds of these workers since then.
  public var onCPUSeconds: Double
  /// Seconds that they were ready for a CPU since then.
  public var runnableSeconds: Double

  /// Makes a value.
  public init(
    cpus: String, count: Int, workers: Int, pid: Int32, tid: Int32, name: String,
    sinceSeconds: Double, onCPUSeconds: Double, runnableSeconds: Double
  ) {
    self.cpus = cpus
    self.count = count
    self.workers = workers
    self.pid = pid
    self.tid = tid
    self.name = name
    self.sinceSeconds = sinceSeconds
    self.onCPUSeconds = onCPUSeconds
    self.runnableSeconds = runnableSeconds
  }

  enum CodingKeys: String, CodingKey {
    case cpus, count, workers, pid, tid, name
    case sinceSeconds = "since_s"
    case onCPUSeconds = "on_cpu_s"
    case runnableSeconds = "runnable_s"
  }
}
