import TandemModel
import TandemSystem

/// Decides when to read the memory of which process.
///
/// Reading locks the process's memory map for about 4 µs for each resident MiB. So a process is read
/// rarely: at an age of 50 ms, and then each time its age has doubled.
struct MemorySampler {
  private struct Process {
    var bornNS: UInt64
    var nextNS: UInt64
  }

  /// The age of a process at which its memory is read first, in nanoseconds.
  static let firstAgeNS: UInt64 = 50_000_000
  private var processes: [Int32: Process] = [:]
  private var soonestNS = UInt64.max

  mutating func begin(_ pid: Int32, nowNS: UInt64) {
    let next = nowNS + Self.firstAgeNS
    processes[pid] = Process(bornNS: nowNS, nextNS: next)
    soonestNS = min(soonestNS, next)
  }

  mutating func end(_ pid: Int32) { processes[pid] = nil }

  /// Reads what is due.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - budget: the CPU time that may be spent.
  ///   - isLast: whether everything is due because this is the last time.
  ///   - body: receives what was read.
  mutating func readDue(
    nowNS: UInt64, budget: inout SamplingBudget, isLast: Bool = false,
    _ body: (Int32, SmapsRollup) -> Void
  ) {
    guard isLast || nowNS >= soonestNS else { return }
    soonestNS = .max
    for (pid, process) in processes {
      guard isLast || (process.nextNS <= nowNS && budget.hasSome) else {
        soonestNS = min(soonestNS, process.nextNS)
        continue
      }
      let memory = budget.spend { try? SmapsRollup.read(.process(pid)) }
      if let memory, memory.rssKiB > 0 { body(pid, memory) }
      let next = nowNS + max(Self.firstAgeNS, nowNS - process.bornNS)
      processes[pid]?.nextNS = next
      soonestNS = min(soonestNS, next)
    }
  }
}
