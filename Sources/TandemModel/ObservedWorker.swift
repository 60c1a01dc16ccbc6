/// One worker of a program that was observed.
public struct ObservedWorker: Codable, Sendable, Equatable {
  /// What kind of worker it is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The program's first thread.
    case main
    /// Another thread than the first of its process.
    case thread
    /// The first thread of a process that the program started.
    case process
  }

  /// What kind of worker it is.
  public var kind: Kind
  /// Its process.
  public var pid: Int32
  /// Its thread; the same as `pid` for the first thread of a process.
  public var tid: Int32
  /// The thread's name (prctl(2), `PR_SET_NAME`), the last one that it had.
  public var name: String
  /// Seconds after the beginning of the wall time at which it was started.
  public var startedSeconds: Double
  /// Seconds after the beginning of the wall time at which it ended, or the observation did.
  public var endedSeconds: Double
  /// Seconds in each state, from its start to its end.
  public var totals: StateSeconds
  /// How often it gave its CPU away and how often that was taken; null when not measured.
  @ExplicitNull public var switches: ContextSwitches?
  /// Seconds from the call that made it to its first moment on a CPU; null when not measured.
  @ExplicitNull public var startSeconds: Double?
  /// Its memory; null for threads, which share their process's, and when it ended before it was read.
  @ExplicitNull public var memory: WorkerMemory?

  /// Makes a worker.
  public init(
    kind: Kind, pid: Int32, tid: Int32, name: String, startedSeconds: Double, endedSeconds: Double,
    totals: StateSeconds, switches: ContextSwitches?, startSeconds: Double? = nil,
    memory: WorkerMemory? = nil
  ) {
    self.kind = kind
    self.pid = pid
    self.tid = tid
    self.name = name
    self.startedSeconds = startedSeconds
    self.endedSeconds = endedSeconds
    self.totals = totals
    self.switches = switches
    self.startSeconds = startSeconds
    self.memory = memory
  }

  /// Seconds from its start to its end.
  public var lifeSeconds: Double { endedSeconds - startedSeconds }

  /// The seconds in a state; zero for a lock that was not measured.
  public subscript(state: WorkerState) -> Double { totals[state] }

  enum CodingKeys: String, CodingKey {
    case kind, pid, tid, name
    case startedSeconds = "started_s"
    case endedSeconds = "ended_s"
    case totals, switches
    case startSeconds = "start_s"
    case memory
  }
}

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

  /// Makes a value of a thread.
  public init(stackKiB: Int) {
    self.init(pssKiB: nil, ussKiB: nil, rssKiB: nil, stackKiB: stackKiB)
  }

  /// Makes a value.
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

/// Workers that are not listed one by one.
public struct OtherWorkers: Codable, Sendable, Equatable {
  /// How many there were.
  public var count: Int
  /// Where their time went.
  public var totals: StateSeconds

  /// Makes a value.
  public init(count: Int, totals: StateSeconds) {
    self.count = count
    self.totals = totals
  }
}

/// The workers that the program started.
public struct WorkerStarts: Codable, Sendable, Equatable {
  /// Threads, other than the first ones of processes.
  public var threads: Int
  /// Processes, other than the program's own first.
  public var processes: Int
  /// The median of a thread's seconds from the call that made it to its first moment on a CPU; null when none was measured.
  @ExplicitNull public var threadStartSeconds: Double?
  /// The same for a process.
  @ExplicitNull public var processStartSeconds: Double?

  /// Makes a value.
  public init(
    threads: Int, processes: Int, threadStartSeconds: Double? = nil,
    processStartSeconds: Double? = nil
  ) {
    self.threads = threads
    self.processes = processes
    self.threadStartSeconds = threadStartSeconds
    self.processStartSeconds = processStartSeconds
  }

  enum CodingKeys: String, CodingKey {
    case threads, processes
    case threadStartSeconds = "thread_start_s"
    case processStartSeconds = "process_start_s"
  }
}

/// The global interpreter lock of one process, or of one interpreter in it that has its own.
public struct ObservedGIL: Codable, Sendable, Equatable {
  /// What is known of the lock.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// One thread at a time runs the program's code.
    case on
    /// The interpreter runs without it.
    case off
    /// It could not be found or read.
    case notMeasured = "not measured"
  }

  /// The process.
  public var pid: Int32
  /// What is known of it.
  public var state: State
  /// The interpreter's version, such as `3.11.7`, `PyPy 3.9` or `Ruby 3.1`; null when it isn't known.
  @ExplicitNull public var version: String?
  /// The share of the time that the lock was watched in which a thread held it; null when not measured.
  @ExplicitNull public var heldShare: Double?
  /// Seconds that all threads of the process waited for it; null when not measured.
  @ExplicitNull public var waitSeconds: Double?
  /// How often another thread than the last holder took it, as the interpreter counts; null when not measured.
  @ExplicitNull public var handovers: Double?
  /// The threads that were seen holding it most, the first first; empty when the interpreter doesn't tell.
  public var holders: [GILHolder]
  /// How often it was looked at.
  public var samples: Int
  /// Why it isn't measured, a sentence; null when it is.
  @ExplicitNull public var reason: String?

  /// Makes an entry.
  public init(
    pid: Int32, state: State, version: String? = nil, heldShare: Double? = nil,
    waitSeconds: Double? = nil, handovers: Double? = nil, holders: [GILHolder] = [],
    samples: Int = 0,
    reason: String? = nil
  ) {
    self.pid = pid
    self.state = state
    self.version = version
    self.heldShare = heldShare
    self.waitSeconds = waitSeconds
    self.handovers = handovers
    self.holders = holders
    self.samples = samples
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case pid, state, version
    case heldShare = "held_share"
    case waitSeconds = "wait_s"
    case handovers, holders, samples, reason
  }
}

/// A thread that held a global interpreter lock.
public struct GILHolder: Codable, Sendable, Equatable {
  /// The thread.
  public var tid: Int32
  /// The share of the looks at which it held the lock.
  public var share: Double

  /// Makes a holder.
  public init(tid: Int32, share: Double) {
    self.tid = tid
    self.share = share
  }
}

/// A lock, other than an interpreter's, that workers waited for.
public struct ObservedLock: Codable, Sendable, Equatable {
  /// The process whose memory it is in.
  public var pid: Int32
  /// Its address there (futex(2)), as text such as `0x7f3c5a0010a8`.
  public var address: String
  /// Seconds that workers waited for it.
  public var waitSeconds: Double
  /// The most workers that were seen waiting for it at once.
  public var maxWaiters: Int

  /// Makes an entry.
  public init(pid: Int32, address: String, waitSeconds: Double, maxWaiters: Int) {
    self.pid = pid
    self.address = address
    self.waitSeconds = waitSeconds
    self.maxWaiters = maxWaiters
  }

  enum CodingKeys: String, CodingKey {
    case pid, address
    case waitSeconds = "wait_s"
    case maxWaiters = "max_waiters"
  }
}

/// Where the figures of an observation come from.
public struct ObservationSources: Codable, Sendable, Equatable {
  /// How it is known when workers ran.
  public enum Switches: String, Codable, Sendable, CaseIterable {
    /// From the kernel's record of every switch (perf_event_open(2)).
    case exact
    /// From looking at `/proc` again and again.
    case sampled
  }

  /// How it is known when workers ran.
  public var switches: Switches
  /// Records of switches that the kernel had no room for; the time around them counts as sampled.
  public var lostRecords: Int
  /// Wall seconds in which records were lost.
  public var lostSeconds: Double
  /// Looks at what sleeping workers wait for.
  public var samples: Int
  /// The share of these looks that told something: the worker still slept, and the answer held.
  @ExplicitNull public var samplingEfficiency: Double?
  /// The share of the time off the CPU that was looked into; the rest is split as what was seen of the same worker.
  @ExplicitNull public var attributedShare: Double?
  /// CPU seconds that the kernel accounted to the program and its children that were waited for (wait4(2)); null while it runs.
  @ExplicitNull public var accountedCPUSeconds: Double?
  /// Seconds that a cgroup's quota stopped its processes meanwhile, summed over CPUs; null without a quota.
  @ExplicitNull public var throttledSeconds: Double?
  /// Seconds that the host of a virtual machine took its CPUs away meanwhile, summed over all of them; null when nobody tells.
  @ExplicitNull public var stolenSeconds: Double?

  /// Makes a value.
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
