import TandemModel
import TandemSystem

/// Reads how much of threads' stacks is resident.
///
/// It is read together with the process's memory, for a limited number of threads at a time, starting
/// with those not read yet. The stack is only known of a thread that waits in a system call.
enum StackSampler {
  /// A younger thread hasn't used its stack yet.
  private static let leastAgeNS: UInt64 = 20_000_000
  /// The most threads of a process that are read at a time.
  static let most = 64

  /// Reads the stacks of one process.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - tally: the record of its threads, which receives the sizes.
  ///   - nowNS: the time.
  ///   - budget: is charged the cost. Once begun, reading is completed, since most of the cost is finding
  ///     the stacks.
  static func read(
    of pid: Int32, _ tally: ProgramTally, nowNS: UInt64, budget: inout SamplingBudget
  ) {
    guard tally.threadedPIDs.contains(pid) else { return }
    let threads = tally.live.values.filter {
      $0.pid == pid && $0.kind == .thread && $0.startedNS + leastAgeNS <= nowNS
    }
    guard !threads.isEmpty else { return }
    let unread = threads.filter { $0.stackKiB == nil }
    // Threads read before follow in random order.
    let chosen = (unread + threads.filter { $0.stackKiB != nil }.shuffled()).prefix(most)
    var pointers: [Int32: UInt64] = [:]
    for track in chosen {
      budget.spend { pointers[track.tid] = stackPointer(track.tid, of: pid) }
    }
    guard !pointers.isEmpty else { return }
    let stacks = budget.spend { Found(of: pid, pointers) }
    for tid in stacks.threads {
      budget.spend {
        if let size = stacks.residentKiB(of: tid) { tally.note(stackKiB: size, of: tid) }
      }
    }
  }

  private static func stackPointer(_ tid: Int32, of pid: Int32) -> UInt64? {
    switch try? ProcSyscall.read(tid, of: pid) {
    case .inCall(let frame)?: frame.stackPointer == 0 ? nil : frame.stackPointer
    case .outsideCall(let pointer, _)?: pointer == 0 ? nil : pointer
    case .running?, nil: nil
    }
  }

  /// The stacks, if they can be read.
  private final class Found {
    private let stacks: ProcStackScan?

    init(of pid: Int32, _ pointers: [Int32: UInt64]) {
      stacks = try? ProcStackScan(of: pid, pointers: pointers)
    }

    var threads: [Int32] {
      switch stacks {
      case .some(let stacks): Array(stacks.mappings.keys)
      case nil: []
      }
    }

    func residentKiB(of tid: Int32) -> Int? {
      switch stacks {
      case .some(let stacks): stacks.residentKiB(of: tid)
      case nil: nil
      }
    }
  }
}
