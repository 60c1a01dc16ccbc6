import Foundation
import Glibc
import TandemModel
import TandemSystem
import Testing

@testable import TandemTrace

/// Writing a trace to a file.
struct TraceFileTests {
  @Test func whatWasThereIsKeptUntilTheObservationBegins() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    // Longer than the beginning of a trace.
    try Data(repeating: 7, count: 4_096).write(to: path)
    let file = TraceFile(try Descriptor.open(path.path(), [.writeOnly, .create]), .perfetto)
    #expect(!file.hasBegun)
    #expect(try Data(contentsOf: path).count == 4_096)
    file.began(atNS: 1)
    #expect(file.hasBegun)
    #expect(try Data(contentsOf: path).isEmpty)
    file.ended(atNS: 2)
    #expect(file.failure == nil)
    let trace = try ProtoMessage(Array(try Data(contentsOf: path)))
    #expect(trace.fields.count == 2)
  }

  @Test func memoryIsBoundedAndTheFileGrowsMeanwhile() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    let file = TraceFile(try Descriptor.open(path.path(), [.writeOnly, .create]), .perfetto)
    file.began(atNS: 1)
    for index: UInt64 in 1...20_000 {
      file.record(
        PerfRecord(
          timeNS: index * 100, pid: 5, tid: 6, cpu: 0,
          kind: index % 2 == 1 ? .switchedIn : .switchedOut(preempted: false)))
      file.memory(WorkerMemory(pssKiB: 4, ussKiB: 1, rssKiB: 9), of: 5, atNS: index * 100)
    }
    let before = try Data(contentsOf: path)
    #expect(before.count > 4 * TraceOutput.bufferBytes)
    // Whole packets, at any moment.
    _ = try ProtoMessage(Array(before))
    file.ended(atNS: 3_000_000)
    let trace = try ProtoMessage(Array(try Data(contentsOf: path)))
    let runs = try trace.messages(1).flatMap { try $0.messages(1) }
      .flatMap { try $0.messages(4)[0].packed(3) }.filter { $0 == 6 }
    #expect(runs.count == 10_000)
  }

  @Test func aFullDiskIsSaidAndNothingMoreIsWritten() throws {
    let file = TraceFile(try Descriptor.open("/dev/full", [.writeOnly]), .perfetto)
    file.began(atNS: 1)
    #expect(file.failure == nil)
    file.ended(atNS: 2)
    #expect(file.failure == Errno(rawValue: ENOSPC))
    file.memory(WorkerMemory(pssKiB: 4, ussKiB: 1, rssKiB: 9), of: 5, atNS: 9)
    #expect(file.failure == Errno(rawValue: ENOSPC))
  }
}
