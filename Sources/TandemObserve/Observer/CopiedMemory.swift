import TandemModel
import TandemSystem

/// What forked processes have copied of the memory that they shared with the processes that forked them.
///
/// After a fork both sides have the same pages, and the kernel copies a page when one side writes to it. A
/// process has copied at least as much as it has of its own beyond what is new in it, and as it had page faults
/// for. What it copied before it was first looked at, and after the last look, isn't in it.
struct CopiedMemory {
  /// A forked process when it was first looked at, and how much it has copied since.
  private struct Child {
    var parent: Int32
    /// Memory without a file behind it, in KiB: all of it was the parent's.
    var inheritedKiB: Int
    var faults: UInt64
    var copiedKiB = 0
  }

  /// What the children of one process have copied.
  struct Sum {
    /// How many children were looked at.
    var children = 0
    /// What they had of their parent's memory, in KiB.
    var inheritedKiB = 0
    /// What they have copied of it, in KiB.
    var copiedKiB = 0
  }

  /// A process that inherits less has nothing worth copying.
  private static let leastKiB = 16_384
  private static let mostChildren = 1_000
  private static let pageKiB = max(1, ProcStatM.pageBytes / 1_024)

  private var children: [Int32: Child] = [:]

  /// Looks at a process that has just been forked.
  mutating func begin(_ pid: Int32, parent: Int32) {
    guard children.count < Self.mostChildren, let bytes = ProcStatM.anonymousBytes(of: pid),
      bytes / 1_024 >= Self.leastKiB, let stat = try? ThreadStat.read(pid, of: pid)
    else { return }
    children[pid] = Child(
      parent: parent, inheritedKiB: bytes / 1_024, faults: stat.minorFaults)
  }

  /// Notes that a process executed another program, so that it shares nothing any more.
  mutating func replace(_ pid: Int32) { children[pid] = nil }

  /// Notes the memory that a process has now.
  mutating func note(_ pid: Int32, _ memory: SmapsRollup) {
    guard var child = children[pid], let anonymous = memory.anonymousKiB,
      let stat = try? ThreadStat.read(pid, of: pid), stat.minorFaults >= child.faults
    else { return }
    let new = max(0, anonymous - child.inheritedKiB)
    let faulted = Int(clamping: stat.minorFaults - child.faults).multipliedReportingOverflow(
      by: Self.pageKiB
    ).partialValue
    let copied = min(memory.privateDirtyKiB, faulted) - new
    child.copiedKiB = max(child.copiedKiB, min(copied, child.inheritedKiB))
    children[pid] = child
  }

  /// What the children of a process have copied; nil when none was looked at.
  func sum(of parent: Int32) -> Sum? {
    var sum = Sum()
    for child in children.values where child.parent == parent {
      sum.children += 1
      sum.inheritedKiB += child.inheritedKiB
      sum.copiedKiB += child.copiedKiB
    }
    return sum.children > 0 ? sum : nil
  }
}
