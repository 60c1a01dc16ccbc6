import Foundation
import Testing

@testable import TandemTrace

/// JSON trace events, as their page describes them.
struct ChromeFormatTests {
  /// An event, with the keys that the format has.
  private struct Event: Decodable, Equatable {
    var ph: String
    var pid: UInt64
    var tid: UInt64
    var ts: Double
    var name: String
    var dur: Double?
    var s: String?
    var id: String?
    var args: [String: Value]

    enum Value: Decodable, Equatable {
      case text(String)
      case number(Double)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }
  }

  private static func events(_ write: (inout ChromeFormat) -> Void) throws -> [Event] {
    var format = ChromeFormat()
    format.begin(TraceStart(monotonicNS: 1_000, bootNS: 5_000, realNS: 9_000, kernel: "6.1"))
    write(&format)
    format.end()
    return try JSONDecoder().decode([Event].self, from: Data(format.take()))
  }

  @Test func anEmptyTraceIsOne() throws {
    let events = try Self.events { _ in }
    #expect(events.map(\.name) == ["process_name", "process_name"])
    #expect(events.map(\.args) == [["name": .text("CPUs")], ["name": .text("the whole program")]])
  }

  @Test func rowsSlicesAndNumbers() throws {
    let events = try Self.events { format in
      format.declare(TraceTrack(id: 1, parent: nil, kind: .process(pid: 5), name: "a"))
      format.declare(TraceTrack(id: 2, parent: 1, kind: .thread(tid: 6, pid: 5), name: "b"))
      format.declare(TraceTrack(id: 3, parent: 1, kind: .slices, name: "seen"))
      format.declare(TraceTrack(id: 4, parent: 2, kind: .numbers(.nanoseconds), name: "ready"))
      format.add(
        TraceSlice(
          track: 2, name: "asleep", details: [TraceSlice.Detail(name: "in", text: "f")],
          fromNS: 1_234_567, toNS: 1_300_000))
      format.add(TraceSlice(track: 3, name: "c", fromNS: 2_000, toNS: 2_000))
      format.add(7.5, to: 4, atNS: 3_000)
    }.dropFirst(2).map { $0 }
    #expect(events.map(\.ph) == ["M", "M", "M", "X", "i", "C"])
    #expect(events.map(\.pid) == [5, 5, 5, 5, 5, 5])
    #expect(events[1].tid == 6 && events[1].args == ["name": .text("b")])
    #expect(events[3].ts == 1_234.567 && events[3].dur == 65.433 && events[3].tid == 6)
    #expect(events[3].args == ["in": .text("f")])
    // Above every number that Linux gives.
    #expect(events[4].tid > 1 << 22 && events[4].tid == events[2].tid && events[4].s == "t")
    #expect(events[5].args == ["value": .number(7.5)] && events[5].id == "6")
  }

  @Test func aTimeOnACPUIsInTwoRows() throws {
    let run = CPURun(
      cpu: 3, tid: 6, pid: 5, name: "b", fromNS: 1_000, toNS: 2_500, ending: .preempted)
    let events = try Self.events { format in
      format.add(run)
      format.add(run)
    }.dropFirst(2).map { $0 }
    #expect(events.map(\.name) == ["thread_name", "b", "on a CPU", "b", "on a CPU"])
    #expect(events[1].tid == 3 && events[2].tid == 6 && events[2].pid == 5)
    #expect(events[1].dur == 1.5)
    #expect(events[1].args == ["tid": .number(6), "then": .text("preempted")])
    #expect(events[2].args == ["cpu": .number(3), "then": .text("preempted")])
  }

  @Test func textIsEscaped() throws {
    let hostile = "</script>\"\\\n\u{0}\u{2028}שלום"
    let events = try Self.events { format in
      format.declare(TraceTrack(id: 1, parent: nil, kind: .process(pid: 5), name: hostile))
      format.add(
        TraceSlice(
          track: 1, name: hostile, details: [TraceSlice.Detail(name: hostile, text: hostile)],
          fromNS: 1, toNS: 2))
    }.suffix(2)
    #expect(events.map(\.args) == [["name": .text(hostile)], [hostile: .text(hostile)]])
    #expect(events.last?.name == hostile)
  }
}
