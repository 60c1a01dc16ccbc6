import Testing

@testable import TandemTrace

/// Perfetto's messages, field by field.
struct PerfettoFormatTests {
  private typealias Packet = PerfettoFields.Packet

  private static let start = TraceStart(
    monotonicNS: 1_000, bootNS: 5_000, realNS: 9_000, kernel: "6.1.0-18-amd64")

  private static func packets(_ write: (inout PerfettoFormat) -> Void) throws -> [ProtoMessage] {
    var format = PerfettoFormat()
    format.begin(start)
    write(&format)
    format.end()
    let bytes = format.take()
    #expect(format.byteCount == 0)
    let trace = try ProtoMessage(bytes)
    #expect(trace.fields.allSatisfy { $0.number == PerfettoFields.Trace.packet })
    return try trace.messages(PerfettoFields.Trace.packet)
  }

  @Test func itBeginsWithTheClocks() throws {
    let packets = try Self.packets { _ in }
    #expect(packets.count == 2)
    let snapshot = try #require(try packets[0].messages(Packet.clockSnapshot).first)
    let clocks = try snapshot.messages(1).map { [$0.numbers(1)[0], $0.numbers(2)[0]] }
    #expect(clocks == [[1, 9_000], [3, 1_000], [6, 5_000]] && snapshot.numbers(2) == [3])
    #expect(packets[0].numbers(Packet.sequenceFlags) == [1])
    #expect(try packets[0].messages(Packet.defaults)[0].numbers(58) == [3])
    let system = try packets[1].messages(Packet.systemInfo)[0].messages(1)[0]
    #expect(system.texts(3) == ["6.1.0-18-amd64"])
  }

  @Test func rowsAreDescribed() throws {
    let packets = try Self.packets { format in
      format.declare(TraceTrack(id: 1, parent: nil, kind: .process(pid: 5), name: "שלום"))
      format.declare(TraceTrack(id: 2, parent: 1, kind: .thread(tid: 6, pid: 5), name: ""))
      format.declare(TraceTrack(id: 3, parent: 1, kind: .slices, name: "seen"))
      format.declare(TraceTrack(id: 4, parent: nil, kind: .numbers(.workers), name: "demand"))
      format.declare(TraceTrack(id: 5, parent: 1, kind: .numbers(.bytes), name: "memory"))
    }
    let tracks = try packets.dropFirst(2).map { try $0.messages(Packet.trackDescriptor)[0] }
    #expect(tracks.map { $0.numbers(1) } == [[1], [2], [3], [4], [5]])
    #expect(tracks.map { $0.numbers(5) } == [[], [1], [1], [], [1]])
    let process = try tracks[0].messages(3)[0]
    #expect(process.numbers(1) == [5] && process.texts(6) == ["שלום"])
    let thread = try tracks[1].messages(4)[0]
    #expect(thread.numbers(1) == [5] && thread.numbers(2) == [6] && thread.texts(5) == [])
    #expect(tracks[2].texts(2) == ["seen"])
    #expect(try tracks[3].messages(8)[0].texts(6) == ["workers"])
    #expect(try tracks[4].messages(8)[0].numbers(3) == [3])
  }

  @Test func slicesBeginAndEnd() throws {
    let packets = try Self.packets { format in
      format.add(
        TraceSlice(
          track: 7, name: "asleep", details: [TraceSlice.Detail(name: "in", text: "f")],
          fromNS: 100,
          toNS: 300))
      format.add(TraceSlice(track: 7, name: "asleep", fromNS: 400, toNS: 400))
      format.add(1.5, to: 8, atNS: 500)
    }.dropFirst(2).map { $0 }
    #expect(packets.map { $0.numbers(Packet.timestamp) } == [[100], [300], [400], [500]])
    #expect(packets.allSatisfy { $0.numbers(Packet.sequenceFlags) == [2] })
    let events = try packets.map { try $0.messages(Packet.trackEvent)[0] }
    #expect(events.map { $0.numbers(9) } == [[1], [2], [3], [4]])
    #expect(events.map { $0.numbers(11) } == [[7], [7], [7], [8]])
    // The name is given once.
    let interned = try packets.flatMap { try $0.messages(Packet.internedData) }
    #expect(interned.count == 1)
    let name = try interned[0].messages(2)[0]
    #expect(name.texts(2) == ["asleep"])
    #expect(events.map { $0.numbers(10) } == [name.numbers(1), [], name.numbers(1), []])
    let note = try events[0].messages(4)[0]
    #expect(note.texts(10) == ["in"] && note.texts(6) == ["f"])
    #expect(events[3][44] == [.bits(1.5.bitPattern)])
  }

  @Test func namesTakeBoundedMemory() throws {
    let packets = try Self.packets { format in
      for number in 0..<10_010 {
        format.add(TraceSlice(track: 7, name: "n\(number)", fromNS: 1, toNS: 1))
      }
    }
    let inline = try packets.dropFirst(2).map { try $0.messages(Packet.trackEvent)[0].texts(23) }
    #expect(inline.filter { !$0.isEmpty }.count == 10)
  }

  @Test func timesOnACPUAreSwitches() throws {
    let endings: [(CPURun.Ending, UInt64)] = [
      (.preempted, 0x100), (.waits, 1), (.exited, 0x10), (.unknown, 0),
    ]
    let packets = try Self.packets { format in
      for (index, ending) in endings.enumerated() {
        let from = 100 + 10 * UInt64(index)
        format.add(
          CPURun(
            cpu: 3, tid: 6, pid: 5, name: "a", fromNS: from, toNS: from + 4, ending: ending.0))
      }
    }
    let bundle = try #require(try packets.last?.messages(Packet.ftraceEvents).first)
    #expect(bundle.numbers(1) == [3])
    let compact = try bundle.messages(4)[0]
    // On CLOCK_BOOTTIME, which is 4,000 ns ahead; the first switch is the one that readers leave out.
    #expect(try compact.packed(1) == [4_100, 0, 4, 6, 4, 6, 4, 6, 4])
    #expect(try compact.packed(2) == [0, 0, 0x100, 0, 1, 0, 0x10, 0, 0])
    #expect(try compact.packed(3) == [0, 6, 0, 6, 0, 6, 0, 6, 0])
    #expect(try compact.packed(4).count == 9)
    #expect(compact.texts(5) == ["not this program", "a"])
    #expect(try compact.packed(6) == [0, 1, 0, 1, 0, 1, 0, 1, 0])
    // Wake-ups were not recorded.
    #expect((7...12).allSatisfy { compact[$0].isEmpty })
  }

  @Test func switchesAreWrittenInBundles() throws {
    let packets = try Self.packets { format in
      for index: UInt64 in 0..<2_000 {
        format.add(
          CPURun(
            cpu: UInt32(index % 2), tid: 6, pid: 5, name: "a", fromNS: 10 * index,
            toNS: 10 * index + 4, ending: .waits))
      }
    }
    let bundles = try packets.flatMap { try $0.messages(Packet.ftraceEvents) }
    #expect(bundles.count == 4)
    for cpu: UInt64 in 0..<2 {
      let columns = try bundles.filter { $0.numbers(1) == [cpu] }.map { try $0.messages(4)[0] }
      #expect(try columns.flatMap { try $0.packed(3) }.filter { $0 == 6 }.count == 1_000)
      // Each bundle begins with a whole time.
      #expect(try columns.allSatisfy { try $0.packed(1)[0] >= 4_000 })
    }
  }
}
