internal import CTandemShims

/// The reading end of one CPU's ring of records.
///
/// Records are read where the kernel has put them; it writes over them only when `data_tail` says that
/// they have been read. So nothing is copied, and what waits for other CPUs' records takes no memory.
@safe final class PerfRing {
  /// The next record, if it has been found.
  private(set) var next: PerfRecord?
  /// Records lost because the ring was full, as reported by the kernel.
  private(set) var toldLost: UInt64 = 0
  /// What owns the memory; nil in tests.
  let group: PerfEventGroup?

  private let page: UnsafeMutableRawPointer
  private let bytes: PerfRingBytes
  /// The number of the CPU.
  let cpu: UInt32
  /// The position up to which the kernel had written when last read.
  private var head: UInt64
  /// Where `next` begins, or if there is none, where it will.
  private var position: UInt64
  /// Where `next` ends.
  private var end: UInt64
  /// What the kernel knows of `position`.
  private var freed: UInt64
  /// The time of the record before `next`.
  private var lastNS: UInt64 = 0

  /// Reads a ring that is mapped.
  ///
  /// - Parameter group: owns it.
  convenience init(_ group: PerfEventGroup) {
    // SAFETY: mapped as long as the group lives, which the ring keeps.
    unsafe self.init(
      page: group.base, records: group.records, byteCount: group.ringBytes,
      cpu: UInt32(truncatingIfNeeded: group.cpu), group: group)
  }

  /// Reads any memory that is laid out as a ring.
  ///
  /// - Parameters:
  ///   - page: the page with the positions (`perf_event_mmap_page`).
  ///   - records: the first byte of the records, aligned to 8.
  ///   - byteCount: the size of the records, a power of two.
  ///   - cpu: the number of the CPU.
  ///   - group: what owns the memory; nil where it outlives the ring anyway.
  @unsafe init(
    page: UnsafeMutableRawPointer, records: UnsafeRawPointer, byteCount: Int, cpu: UInt32,
    group: PerfEventGroup?
  ) {
    unsafe self.page = page
    unsafe self.bytes = PerfRingBytes(base: records, byteCount: byteCount)
    self.cpu = cpu
    self.group = group
    (head, position, end, freed) = (0, 0, 0, 0)
  }

  /// Reads the position up to which the kernel has written.
  ///
  /// - Returns: the time of the newest record, if any isn't read yet: no later one will be older. The
  ///   kernel takes a record's time and reserves its place without being interrupted in between.
  func readHead() -> UInt64? {
    // Acquires what the kernel has written before it moved the head.
    // SAFETY: the page is mapped as long as the group lives, or outlives the ring.
    head = unsafe tandem_perf_ring_head(page)
    guard head != position else { return nil }
    // Each record ends with the same trailer, its time being the second of three words.
    return bytes[head &- 16]
  }

  /// Whether hardly another record found room when the head was last read, so that some may be lost.
  var isFull: Bool { head &- freed > UInt64(bytes.byteCount) - Self.mostRecordBytes }
  /// No record is longer: a loss, and one of an exec with a name of 16 bytes, each with its trailer.
  private static let mostRecordBytes: UInt64 = 256

  /// Finds the next record before the position that was last read.
  ///
  /// Bytes that can't be a record are given as one lost record, at least one being lost: where the next one
  /// begins can't be known, so everything up to the head goes.
  ///
  /// - Returns: its time; nil when there is none.
  func peek() -> UInt64? {
    if let next { return next.timeNS }
    while position != head {
      switch PerfRecordDecoder.decode(at: position, before: head, in: bytes) {
      case .record(let record, let end):
        next = record
        self.end = end
        return record.timeNS
      case .skipped(let end):
        position = end
      case .damaged:
        next = PerfRecord(timeNS: lastNS, pid: -1, tid: -1, cpu: cpu, kind: .lost(1))
        end = head
        return lastNS
      }
    }
    return nil
  }

  /// Takes the record that `peek` has found.
  ///
  /// - Returns: the record.
  func take() -> PerfRecord? {
    guard let record = next.take() else { return nil }
    position = end
    lastNS = record.timeNS
    if case .lost(let count) = record.kind { toldLost &+= count }
    // Early, so that there is room while the rest is read.
    if position &- freed >= bytes.byteCount / 4 { free() }
    return record
  }

  /// Lets the kernel write where records have been taken.
  func free() {
    guard position != freed else { return }
    // SAFETY: as in `readHead`; what lies before the position isn't read again.
    unsafe tandem_perf_ring_free(page, position)
    freed = position
  }

  /// Lost records that no record has reported, because none came after them.
  ///
  /// - Returns: their number; also 0 when the kernel doesn't count them.
  func takeUntoldLost() -> UInt64 {
    guard let all = group?.lostRecords(), all > toldLost else { return 0 }
    defer { toldLost = all }
    return all - toldLost
  }
}
