/// A set of CPUs as the kernel writes it, such as `0-3,8` (cpuset(7), "List format").
package struct CPUList: Sendable, Hashable {
  /// The CPUs, in ascending order, no range touching what another holds.
  package let ranges: [ClosedRange<Int>]
  /// The number of CPUs.
  package let count: Int

  /// Makes a set; nil when the ranges don't ascend or their number is beyond what an `Int` holds.
  ///
  /// - Parameter ranges: the CPUs.
  package init?(_ ranges: [ClosedRange<Int>]) {
    var count = 0
    var last = -1
    for range in ranges {
      guard range.lowerBound > last, range.upperBound < Int.max else { return nil }
      last = range.upperBound
      let (sum, tooLarge) = count.addingReportingOverflow(range.upperBound - range.lowerBound + 1)
      guard !tooLarge else { return nil }
      count = sum
    }
    self.ranges = ranges
    self.count = count
  }

  /// Makes a set of numbers, in whatever order; nil when one is negative.
  ///
  /// - Parameter numbers: the numbers of the CPUs.
  package init?(numbers: [Int]) {
    var ranges: [ClosedRange<Int>] = []
    for number in Set(numbers).sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    self.init(ranges)
  }

  /// Parses a list; nil for anything else, also for an empty one.
  ///
  /// - Parameter bytes: the text.
  package init?(_ bytes: [UInt8]) {
    let span = bytes.span
    var ranges: [ClosedRange<Int>] = []
    var position = 0
    while true {
      guard let first = ASCIIScan.unsigned(span, at: &position).flatMap({ Int(exactly: $0) })
      else { return nil }
      var last = first
      if position < span.count, span[position] == UInt8(ascii: "-") {
        position += 1
        guard let end = ASCIIScan.unsigned(span, at: &position).flatMap({ Int(exactly: $0) }),
          end >= first
        else { return nil }
        last = end
      }
      ranges.append(first...last)
      guard position < span.count, span[position] == UInt8(ascii: ",") else { break }
      position += 1
    }
    guard ASCIIScan.isBlank(span, from: position) else { return nil }
    self.init(ranges)
  }

  /// The set as the kernel writes it, such as `0-3,8`, which taskset(1) takes too.
  package var text: String {
    ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }.joined(separator: ",")
  }

  /// The numbers of the CPUs, in ascending order.
  package var numbers: [Int] { ranges.flatMap { Array($0) } }
}
