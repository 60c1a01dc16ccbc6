import TandemModel
import TandemSystem
import TandemText

/// What an observation could not see: what, why and, where there is one, the remedy.
///
/// These sentences, and those of the doctor's checks, are all that this room says in words.
extension Observation {
  /// A CPU time that no record explains counts from this share of the kernel's account on, and from this
  /// many nanoseconds on.
  private static let leastUnseenShare = 0.02
  private static let leastUnseenNS = 5e6

  /// All that could not be seen.
  var omissions: [Omission] {
    [
      shortWorkers, lostRecordsOmission, untracedProcesses, unreadLocks, unreadWaits, unseenCPUTime,
      goroutines, hiddenLocks, backgroundProcesses, unrecordedEnds,
    ].compactMap { $0 }
  }

  private var shortWorkers: Omission? {
    guard switches == .sampled else { return nil }
    var why = "switches were sampled from /proc"
    if let whySampled {
      let (cause, remedy) = whySampled.inWords
      why += " because \(cause); for exact records: \(remedy)"
    }
    return Omission(what: "workers that began and ended between two samples", why: why)
  }

  private var lostRecordsOmission: Omission? {
    guard lostRecords > 0 else { return nil }
    return Omission(
      what: "what workers did in \(FigureText.duration(Double(lostNS) / 1e9)) of the wall time",
      why: """
        \(FigureText.count(lostRecords, "record")) of switches \(lostRecords == 1 ? "was" : "were") lost \
        there, because the kernel's buffers were full; CPU time there is the kernel's account, and waits \
        there count as of unknown reason
        """)
  }

  private var untracedProcesses: Omission? {
    guard !untraced.isEmpty, whySampled == nil else { return nil }
    return Omission(
      what: "what \(untraced.joined(separator: ", ")) did",
      why: """
        the kernel records nothing about a program that runs with another user's rights or whose file \
        can't be read; run tandem as that user, or with --switches sampled
        """)
  }

  private var unreadLocks: Omission? {
    memoryRefused.map {
      Omission(
        what: "which locks some workers waited for",
        why: """
          the workers' memory could not be read (process_vm_readv: \($0)); tandem doctor shows the remedy
          """)
    }
  }

  private var unreadWaits: Omission? {
    refused.map {
      Omission(
        what: "what some workers waited for",
        why: "they belong to another user or are protected (\($0))")
    }
  }

  private var unseenCPUTime: Omission? {
    guard let usage, usage.cpuNS > 20_000_000 else { return nil }
    let unseen = Double(usage.cpuNS) - seenCPUNS
    guard unseen > Self.leastUnseenShare * Double(usage.cpuNS), unseen > Self.leastUnseenNS else {
      return nil
    }
    return Omission(
      what: "\(FigureText.duration(unseen / 1e9)) of the CPU time in the kernel's account",
      why: switches == .sampled
        ? "it is that of workers that ended between two samples"
        : "it lies between switches and at the ends of threads and processes, which have no records"
    )
  }

  private var unrecordedEnds: Omission? {
    guard switches == .exact, exit != nil else { return nil }
    var count = tally.missedEnds
    if lostRecords > 0 {
      let stillThere = Set(leftRunning.map(\.pid))
      count += tally.live.values.count { $0.kind != .main && !stillThere.contains($0.pid) }
    }
    guard count > 0 else { return nil }
    return Omission(
      what: "when \(FigureText.count(count, "worker")) ended",
      why: """
        there is no record of \(count == 1 ? "its end" : "their ends"), and \
        \(count == 1 ? "it was" : "they were") found gone; what \(count == 1 ? "it" : "they") did \
        last isn't known
        """)
  }

  private var goroutines: Omission? {
    guard runtimes.values.contains(.go) else { return nil }
    return Omission(
      what: "what goroutines waited for",
      why: """
        Go's runtime schedules goroutines on threads by itself: a waiting goroutine has no thread, and a \
        waiting thread has no goroutine
        """)
  }

  private var hiddenLocks: Omission? {
    let names = Set(runtimes.values.filter { $0.name.hidesLocks && $0 != .go }.map(\.version))
    guard !names.isEmpty else { return nil }
    return Omission(
      what: "which locks of \(FigureText.list(names.sorted())) were waited for",
      why: """
        such a runtime makes its locks itself: from outside, a thread that waits for one looks like a \
        thread that waits for work
        """)
  }

  private var backgroundProcesses: Omission? {
    guard let first = leftRunning.first else { return nil }
    return Omission(
      what: """
        what \(FigureText.count(leftRunning.count, "process")) did after the program's end
        """,
      why: """
        \(leftRunning.count == 1 ? "it" : "they") still ran; tandem explain --pid \(first.pid) observes \
        \(leftRunning.count == 1 ? "it" : "the first of them")
        """)
  }
}
