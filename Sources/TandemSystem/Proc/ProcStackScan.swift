internal import Glibc

/// Reads how much of the stacks of another process's threads is resident.
///
/// Each thread's stack is a mapping of its own, with a guard below it. So the mapping around the stack
/// pointer is the stack, of which only touched pages are resident. `/proc/PID/pagemap`
/// (Documentation/admin-guide/mm/pagemap.rst) describes each page in eight bytes. Its cost doesn't depend
/// on the size of the process, while `smaps` visits all pages.
///
/// Uncertain mappings are omitted: those with the stacks of several threads (Go's, and glibc's from 2.42
/// on, whose guards don't divide mappings), and those larger than stacks are.
package struct ProcStackScan: ~Copyable {
  /// A larger mapping holds something else as well.
  package static let mostBytes: UInt64 = 16 << 20
  private static let pageBytes = UInt64(clamping: sysconf(CInt(_SC_PAGESIZE)))

  /// Threads whose stack is known, by their mapping.
  package let mappings: [CInt: Range<UInt64>]
  private let pagemap: Descriptor

  /// Finds the mappings that stack pointers are in.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - pointers: the stack pointers of threads of it, such as `/proc/PID/task/TID/syscall` gives them.
  /// - Throws: the error number of open(2) or read(2): `EACCES` or `EPERM` without permission to inspect
  ///   the process.
  package init(of pid: CInt, pointers: [CInt: UInt64]) throws(Errno) {
    let pagemap = try Descriptor.open(ProcSubject.process(pid).path("pagemap"))
    let maps = try ProcFile.bytes(ProcSubject.process(pid).path("maps"))
    self.pagemap = consume pagemap
    mappings = Self.mappings(in: maps, of: pointers)
  }

  /// Finds the mappings that stack pointers are in, each alone.
  ///
  /// - Parameters:
  ///   - maps: the text of `/proc/PID/maps`, whose lines are in the order of their addresses.
  ///   - pointers: stack pointers by thread.
  /// - Returns: a mapping for each thread that shares it with no other pointer.
  package static func mappings(
    in maps: [UInt8], of pointers: [CInt: UInt64]
  ) -> [CInt: Range<UInt64>] {
    let sorted = pointers.sorted { $0.value < $1.value }
    var result: [CInt: Range<UInt64>] = [:]
    var next = sorted.startIndex
    var begin = 0
    for end in maps.indices where maps[end] == UInt8(ascii: "\n") {
      if next == sorted.endIndex { break }
      if let range = addresses(of: maps.span.extracting(begin..<end)) {
        while next < sorted.endIndex, sorted[next].value < range.lowerBound { next += 1 }
        let first = next
        while next < sorted.endIndex, sorted[next].value < range.upperBound { next += 1 }
        if next - first == 1, range.upperBound - range.lowerBound <= mostBytes {
          result[sorted[first].key] = range
        }
      }
      begin = end + 1
    }
    return result
  }

  /// The addresses at the beginning of a line such as `7f00-7f10 rw-p …`.
  private static func addresses(of line: Span<UInt8>) -> Range<UInt64>? {
    var position = 0
    guard let start = ASCIIScan.unsigned(line, at: &position, radix: 16),
      position < line.count, line[position] == UInt8(ascii: "-")
    else { return nil }
    position += 1
    guard let end = ASCIIScan.unsigned(line, at: &position, radix: 16), start < end else {
      return nil
    }
    return start..<end
  }

  /// How much of a thread's stack is resident now.
  ///
  /// - Parameter tid: the thread.
  /// - Returns: its size in KiB; nil for a thread without a mapping of its own, or when that is gone.
  package func residentKiB(of tid: CInt) -> Int? {
    guard let mapping = mappings[tid] else { return nil }
    let (first, last) = (
      mapping.lowerBound / Self.pageBytes, mapping.upperBound / Self.pageBytes
    )
    var entries = [UInt64](repeating: 0, count: Int(last - first))
    let number = pagemap.rawValue
    // SAFETY: at most the bytes of `entries` are written.
    let read = unsafe entries.withUnsafeMutableBytes { bytes in
      unsafe pread(number, bytes.baseAddress, bytes.count, off_t(first) * 8)
    }
    guard read == entries.count * 8 else { return nil }
    // Bit 63: the page is in memory.
    let resident = entries.count { $0 >> 63 == 1 }
    return resident * Int(Self.pageBytes / 1024)
  }
}
