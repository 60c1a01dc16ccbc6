internal import CTandemShims
internal import Glibc

/// The events of one CPU, and the ring that all of them write to (perf_event_open(2), mmap(2)).
///
/// The events of several threads share a ring, so that memory that stays locked doesn't grow with them.
@safe final class PerfEventGroup {
  /// The CPU.
  let cpu: CInt
  /// The first page, and the records behind it.
  let base: UnsafeMutableRawPointer
  /// The size of the records in bytes, a power of two.
  let ringBytes: Int
  private let mappedBytes: Int
  /// The first is the one that the ring was mapped of.
  private var events: [CInt]

  /// Maps the ring of an event.
  ///
  /// - Parameters:
  ///   - event: the event, closed with the group.
  ///   - cpu: its CPU.
  ///   - pages: the pages of the ring, a power of two.
  /// - Throws: `EPERM` when so much memory may not stay locked (`perf_event_mlock_kb` and
  ///   `RLIMIT_MEMLOCK`), `ENOMEM`.
  init(event: consuming Descriptor, cpu: CInt, pages: Int) throws(Errno) {
    let page = sysconf(CInt(_SC_PAGESIZE))
    let bytes = (1 + pages) * page
    let number = event.rawValue
    // SAFETY: a new mapping at an address that the kernel chooses; unmapped in deinit.
    unsafe self.base = try Syscall.checkPointer {
      let mapping = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0)
      return unsafe mapping == MAP_FAILED ? nil : mapping
    }
    self.cpu = cpu
    self.ringBytes = pages * page
    self.mappedBytes = bytes
    self.events = [event.relinquish()]
  }

  deinit {
    // SAFETY: exactly what was mapped; a ring that reads it owns this group.
    unsafe _ = munmap(base, mappedBytes)
    for event in events { close(event) }
  }

  /// Where the records begin.
  var records: UnsafeRawPointer {
    // SAFETY: the page before is mapped too.
    unsafe UnsafeRawPointer(base + (mappedBytes - ringBytes))
  }

  /// The descriptor to poll.
  var owner: CInt { events[0] }

  /// Has another event of the same CPU write to the ring too.
  ///
  /// - Parameter event: the event, closed with the group.
  /// - Throws: the error number of ioctl(2).
  func add(_ event: consuming Descriptor) throws(Errno) {
    let number = event.rawValue
    let owner = owner
    try Syscall.check { tandem_perf_share_ring(number, owner) }
    events.append(event.relinquish())
  }

  /// Keeps an event that writes nothing.
  ///
  /// - Parameter event: the event, closed with the group.
  func keep(_ event: consuming Descriptor) {
    events.append(event.relinquish())
  }

  /// How many records of all the events found no room so far.
  ///
  /// - Returns: the number; nil on kernels before 6.0, which report it only by a record.
  func lostRecords() -> UInt64? {
    var sum: UInt64 = 0
    for event in events {
      var words: (value: UInt64, lost: UInt64) = (0, 0)
      let count = unsafe withUnsafeMutableBytes(of: &words) { bytes in
        // SAFETY: at most two words are written to two words.
        unsafe read(event, bytes.baseAddress, bytes.count)
      }
      guard count == MemoryLayout.size(ofValue: words) else { return nil }
      sum &+= words.lost
    }
    return sum
  }
}
