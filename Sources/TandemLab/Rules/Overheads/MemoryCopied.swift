package import TandemModel
import TandemText

/// Forked processes copied much of the memory that they shared with their parent.
///
/// A fork shares all pages, and each is copied when one side writes to it. In CPython that is so of reading too:
/// each object has its count of references beside its value.
package struct MemoryCopied: Rule {
  package let claim = Claim.memoryCopied

  /// Less than this, in KiB, is nobody's concern.
  private static let leastKiB = 65_536
  /// Below this part of what the children inherited, sharing it did most of what it can do.
  private static let leastPart = 0.25

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard
      let cost = program.starts.forks.filter(Self.isMuch)
        .max(by: { ($0.copiedKiB ?? 0) < ($1.copiedKiB ?? 0) }),
      let copied = cost.copiedKiB, let inherited = cost.inheritedKiB
    else { return [] }
    let isPython = program.gil.contains {
      $0.pid == cost.pid && $0.version?.first?.isNumber == true
    }
    let reads =
      isPython
      ? " In Python that includes reading: it changes an object's count of references, which lies beside its value."
      : ""
    let children = FigureText.count(cost.childrenSeen, "process")
    return [
      conclusion(
        """
        \(children) that \(cost.name) (\(cost.pid)) forked copied at least \
        \(FigureText.memory(kib: Double(copied))) of the \(FigureText.memory(kib: Double(inherited))) that \
        \(cost.childrenSeen == 1 ? "it" : "they") shared with it at first, all together: a page is copied as soon \
        as one side writes to it.\(reads)
        """,
        evidence: [
          "copied_kib": Double(copied), "inherited_kib": Double(inherited),
          "children": Double(cost.childrenSeen),
        ], potentialGain: nil,
        advice: isPython
          ? """
          Keep large data in arrays that have one count for all (array, NumPy, multiprocessing.shared_memory), or \
          give each process only its part.
          """
          : """
          Don't write to the data in the children, map it shared (mmap with MAP_SHARED) where they must, or give \
          each process only its part.
          """)
    ]
  }

  private static func isMuch(_ cost: ForkCost) -> Bool {
    guard let copied = cost.copiedKiB, let inherited = cost.inheritedKiB else { return false }
    return copied >= leastKiB && Double(copied) >= leastPart * Double(inherited)
  }
}
