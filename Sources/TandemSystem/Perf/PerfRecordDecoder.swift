/// The bytes that the kernel has written to a ring and that haven't been read, as words of 64 bits.
///
/// Positions count bytes for ever; the ring's size is a power of two, and a position's place in it is
/// what is left by that size. Records begin at multiples of 8 and are multiples of 8 long
/// (`perf_event_header`, include/uapi/linux/perf_event.h), so that no word of theirs is cut in two where
/// the ring begins anew: a record that goes over the end needs no copy.
@safe struct PerfRingBytes {
  // SAFETY: the creator of a value keeps the ring mapped as long as it is used; every access is masked
  // to a place inside it.
  private let base: UnsafeRawPointer
  private let mask: UInt64

  /// Looks at a ring.
  ///
  /// - Parameters:
  ///   - base: its first byte, aligned to 8, mapped as long as this value is used.
  ///   - byteCount: its size, a power of two and at least 8.
  @unsafe init(base: UnsafeRawPointer, byteCount: Int) {
    precondition(
      byteCount >= 8 && byteCount.nonzeroBitCount == 1, "a ring's size is a power of two")
    unsafe self.base = base
    // Also clears the lowest bits: every word is an aligned one.
    self.mask = UInt64(byteCount - 1) & ~7
  }

  /// The size in bytes.
  var byteCount: UInt64 { (mask | 7) + 1 }

  /// The word at a position; whatever the position, one inside the ring.
  subscript(position: UInt64) -> UInt64 {
    // SAFETY: the mask leaves a multiple of 8 below the ring's size.
    unsafe base.load(fromByteOffset: Int(truncatingIfNeeded: position & mask), as: UInt64.self)
  }
}

/// Reads records; whatever stands there, it gives something and never traps.
enum PerfRecordDecoder {
  /// What stands at a position.
  enum Found: Equatable {
    /// A record, and the position behind it.
    case record(PerfRecord, end: UInt64)
    /// A record that isn't needed, and the position behind it.
    case skipped(end: UInt64)
    /// No record can be so: where the next one begins isn't known either.
    case damaged
  }

  // include/uapi/linux/perf_event.h, enum perf_event_type.
  private static let lost: UInt32 = 2
  private static let comm: UInt32 = 3
  private static let exit: UInt32 = 4
  private static let fork: UInt32 = 7
  private static let contextSwitch: UInt32 = 14
  // PERF_RECORD_MISC_SWITCH_OUT, PERF_RECORD_MISC_COMM_EXEC; PERF_RECORD_MISC_SWITCH_OUT_PREEMPT.
  private static let switchedOut: UInt16 = 1 << 13
  private static let isExec: UInt16 = 1 << 13
  private static let preempted: UInt16 = 1 << 14
  private static let header: UInt64 = 8
  /// What `sample_id_all` puts at the end of every record: process and thread, time, CPU.
  private static let trailer: UInt64 = 24

  /// Reads what stands at a position.
  ///
  /// - Parameters:
  ///   - position: where a record begins.
  ///   - head: where the written bytes end.
  ///   - ring: the bytes.
  /// - Returns: what it is.
  static func decode(at position: UInt64, before head: UInt64, in ring: PerfRingBytes) -> Found {
    let left = head &- position
    guard left >= header, left <= ring.byteCount else { return .damaged }
    let first = ring[position]
    let type = UInt32(truncatingIfNeeded: first)
    let misc = UInt16(truncatingIfNeeded: first >> 32)
    let size = first >> 48
    guard size >= header, size % 8 == 0, size <= left else { return .damaged }
    let end = position &+ size

    // The words between the header and the trailer that each kind must have.
    let bodyBytes: UInt64
    switch type {
    case contextSwitch: bodyBytes = 0
    case exit, fork: bodyBytes = 24
    case comm, lost: bodyBytes = 16
    default: return .skipped(end: end)
    }
    guard size >= header + bodyBytes + trailer else { return .damaged }
    let body = position &+ header
    let ids = ring[end &- trailer]
    var record = PerfRecord(
      timeNS: ring[end &- 16], pid: low(ids), tid: high(ids),
      cpu: UInt32(truncatingIfNeeded: ring[end &- 8]), kind: .switchedIn)

    switch type {
    case contextSwitch:
      if misc & switchedOut != 0 {
        record.kind = .switchedOut(preempted: misc & preempted != 0)
      }
    case fork:
      let (processes, threads) = (ring[body], ring[body &+ 8])
      record.kind = .forked(
        child: low(threads), childPID: low(processes), parentPID: high(processes),
        parentTID: high(threads))
    case exit:
      (record.pid, record.tid) = (low(ring[body]), low(ring[body &+ 8]))
      record.kind = .exited
    case comm:
      (record.pid, record.tid) = (low(ring[body]), high(ring[body]))
      record.kind = .named(
        name(from: body &+ 8, to: end &- trailer, in: ring), isExec: misc & isExec != 0)
    default:
      record.kind = .lost(ring[body &+ 8])
    }
    return .record(record, end: end)
  }

  private static func low(_ word: UInt64) -> CInt { CInt(truncatingIfNeeded: word) }
  private static func high(_ word: UInt64) -> CInt { CInt(truncatingIfNeeded: word >> 32) }

  /// A name, which a NUL ends: the first 16 bytes of the field, more than a thread's name can have.
  private static func name(from start: UInt64, to end: UInt64, in ring: PerfRingBytes) -> String {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    var count = 0
    for offset in 0..<min(end &- start, 16) {
      let byte = UInt8(truncatingIfNeeded: ring[start &+ offset] >> (offset % 8 * 8))
      if byte == 0 { break }
      bytes[count] = byte
      count += 1
    }
    return String(decoding: bytes.span.extracting(first: count))
  }
}

extension String {
  /// Text of bytes that may not be UTF-8; what isn't is replaced by U+FFFD.
  ///
  /// - Parameter bytes: the bytes.
  init(decoding bytes: Span<UInt8>) {
    // SAFETY: the buffer is only read while the span lives.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
