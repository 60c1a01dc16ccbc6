@testable import TandemSystem

/// Memory that is laid out as a ring of the kernel's, and is written by a test.
final class MadeUpRing {
  private let memory: UnsafeMutableRawPointer
  private let byteCount: Int
  private static let page = 4096

  init(byteCount: Int = 1024) {
    self.byteCount = byteCount
    memory = .allocate(byteCount: Self.page + byteCount, alignment: Self.page)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.page + byteCount)
  }

  deinit { memory.deallocate() }

  /// Its reading end, which must not outlive it.
  func reader(cpu: UInt32 = 0) -> PerfRing {
    PerfRing(
      page: memory, records: memory + Self.page, byteCount: byteCount, cpu: cpu, group: nil)
  }

  /// `data_head` and `data_tail` of struct perf_event_mmap_page (linux/perf_event.h).
  var head: UInt64 {
    get { memory.load(fromByteOffset: 1024, as: UInt64.self) }
    set { memory.storeBytes(of: newValue, toByteOffset: 1024, as: UInt64.self) }
  }

  var tail: UInt64 { memory.load(fromByteOffset: 1032, as: UInt64.self) }

  /// Writes words from the head on, over the end of the ring if need be, and moves the head.
  func append(_ words: [UInt64]) {
    for word in words {
      let place = Int(head % UInt64(byteCount))
      memory.storeBytes(of: word, toByteOffset: Self.page + place, as: UInt64.self)
      head += 8
    }
  }

  /// Fills the records' bytes, and leaves the head.
  func fill(_ byte: () -> UInt8) {
    for place in 0..<byteCount {
      memory.storeBytes(of: byte(), toByteOffset: Self.page + place, as: UInt8.self)
    }
  }

  /// Writes a record with its trailer.
  func record(
    _ type: UInt64, misc: UInt64 = 0, body: [UInt64] = [], pid: UInt32 = 10, tid: UInt32 = 11,
    time: UInt64, cpu: UInt32 = 0
  ) {
    append(MadeUpRing.words(type, misc: misc, body: body, pid: pid, tid: tid, time: time, cpu: cpu))
  }

  /// The words of a record with its trailer (perf_event_open(2)).
  static func words(
    _ type: UInt64, misc: UInt64 = 0, body: [UInt64] = [], pid: UInt32 = 10, tid: UInt32 = 11,
    time: UInt64, cpu: UInt32 = 0
  ) -> [UInt64] {
    let size = UInt64(8 + body.count * 8 + 24)
    return [type | misc << 32 | size << 48] + body + [pair(pid, tid), time, pair(cpu, 0)]
  }

  static func pair(_ low: UInt32, _ high: UInt32) -> UInt64 { UInt64(low) | UInt64(high) << 32 }

  /// A name of up to 15 bytes as the words of its field: with its NUL, a multiple of 8 long.
  static func nameWords(_ bytes: [UInt8]) -> [UInt64] {
    let padded = bytes + Array(repeating: 0, count: 8 - bytes.count % 8)
    return stride(from: 0, to: padded.count, by: 8).map { start in
      (0..<8).reduce(0) { $0 | UInt64(padded[start + $1]) << UInt64($1 * 8) }
    }
  }
}
