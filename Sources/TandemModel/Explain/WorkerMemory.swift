/// The memory of a process, or the stack of a thread: the largest that was read during its life, in
/// KiB (proc_pid_smaps(5), proc_pid_pagemap(5)).
public struct WorkerMemory: Codable, Sendable, Equatable {
  /// Of a process, proportional set size: pages shared by several processes are divided among them;
  /// null for a thread.
  @ExplicitNull public var pssKiB: Int?
  /// Memory that only this process has, which its end would free; null for a thread.
  @ExplicitNull public var ussKiB: Int?
  /// Resident set size, shared pages counted whole; null for a thread.
  @ExplicitNull public var rssKiB: Int?
  /// Of a thread, the resident part of its stack; null for a process.
  @ExplicitNull public var stackKiB: Int?

  /// Makes the memory of a thread, from KiB of its stack.
  public init(stackKiB: Int) {
    self.init(pssKiB: nil, ussKiB: nil, rssKiB: nil, stackKiB: stackKiB)
  }

  /// Makes the memory of a process or a thread, in KiB.
  public init(pssKiB: Int?, ussKiB: Int?, rssKiB: Int?, stackKiB: Int? = nil) {
    self.stackKiB = stackKiB
    self.pssKiB = pssKiB
    self.ussKiB = ussKiB
    self.rssKiB = rssKiB
  }

  enum CodingKeys: String, CodingKey {
    case pssKiB = "pss_kib"
    case ussKiB = "uss_kib"
    case rssKiB = "rss_kib"
    case stackKiB = "stack_kib"
  }
}
