internal import CTandemShims
internal import Glibc

/// The addresses of a thread's stack inside the calling process.
package struct ThreadStackRange: Sendable, Hashable {
  /// The addresses from the lowest to the end; a guard page, never resident, may be among them.
  package var addresses: Range<UInt>

  /// The calling thread's stack (pthread_getattr_np(3)).
  ///
  /// - Returns: its addresses.
  /// - Throws: the error number of pthread_getattr_np(3).
  package static func ofCallingThread() throws(Errno) -> ThreadStackRange {
    var lowest: UnsafeMutableRawPointer?
    var size = 0
    // SAFETY: both results outlive the call.
    let error = unsafe tandem_thread_stack(&lowest, &size)
    guard error == 0 else { throw Errno(rawValue: error) }
    let start = UInt(bitPattern: lowest)
    return ThreadStackRange(addresses: start..<(start + UInt(size)))
  }

  /// How much of the stack is resident now, in KiB (mincore(2)).
  ///
  /// Stacks are reserved at their full size, usually 8 MiB, and only pages that were touched are
  /// resident. This counts exactly the stack's pages. A process's first thread has its stack from
  /// the kernel, most of it not even mapped; its pages are queried one mapped part at a time.
  ///
  /// - Returns: the resident part in KiB.
  /// - Throws: the error number of mincore(2).
  package func residentKiB() throws(Errno) -> Int {
    let page = UInt(clamping: sysconf(CInt(_SC_PAGESIZE)))
    var resident: UInt = 0
    // The used part is at the upper end, and from the end of the mapping downwards there is none.
    var end = addresses.upperBound / page * page
    let lowest = addresses.lowerBound / page * page
    let chunk: UInt = 64 * page
    while end > lowest {
      let start = end - lowest > chunk ? end - chunk : lowest
      guard let pages = try Self.residentPages(start..<end, page: page) else {
        // Something in this part isn't mapped: find the mapped pages at its upper end.
        while end > start, let pages = try Self.residentPages((end - page)..<end, page: page) {
          resident += pages
          end -= page
        }
        break
      }
      resident += pages
      end = start
    }
    return Int(clamping: resident * (page / 1024))
  }

  /// The number of resident pages in whole pages of memory; nil when some aren't mapped (`ENOMEM`).
  private static func residentPages(
    _ range: Range<UInt>, page: UInt
  ) throws(Errno) -> UInt? {
    var flags = [UInt8](repeating: 0, count: range.count / Int(page))
    do throws(Errno) {
      // SAFETY: mincore only reads the page tables of `range`, and writes a byte a page to `flags`.
      try Syscall.check {
        unsafe flags.withUnsafeMutableBufferPointer { buffer in
          unsafe tandem_mincore(
            UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, buffer.baseAddress)
        }
      }
    } catch .outOfMemory {
      return nil
    }
    // The other bits are reserved.
    return UInt(flags.count { $0 & 1 != 0 })
  }
}
