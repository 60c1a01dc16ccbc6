import Foundation
import Testing

@testable import TandemTrace

/// Profiles for Firefox's viewer.
///
/// `.ci/traces` holds real ones against what its types demand.
struct FirefoxFormatTests {
  /// What of a profile is looked at here.
  private struct Profile: Decodable {
    var meta: Meta
    var shared: Shared
    var threads: [Thread]
    var counters: [Counter]

    struct Meta: Decodable {
      var startTime: Double
      var profilingEndTime: Double
      var preprocessedProfileVersion: Int
      var categories: [Category]
      var extra: [Extra]?
    }
    struct Category: Decodable { var name: String }
    struct Extra: Decodable { var entries: [Entry] }
    struct Entry: Decodable { var value: String }
    struct Shared: Decodable { var stringArray: [String] }
    struct Thread: Decodable {
      var name: String
      var processName: String
      var pid: String
      var tid: String
      var isMainThread: Bool
      var markers: Markers
    }
    struct Markers: Decodable {
      var data: [[String: String]]
      var name: [Int]
      var startTime: [Double]
      var endTime: [Double]
      var phase: [Int]
      var category: [Int]
      var length: Int
    }
    struct Counter: Decodable {
      var name: String
      var pid: String
      var mainThreadIndex: Int
      var samples: Samples
    }
    struct Samples: Decodable {
      var time: [Double]
      var count: [Double]
    }
  }

  private static func profile(
    keeping most: Int = 100, _ write: (inout FirefoxFormat) -> Void
  ) throws -> Profile {
    var format = FirefoxFormat(mostKept: most)
    format.begin(
      TraceStart(monotonicNS: 1_000_000, bootNS: 0, realNS: 9_500_000, kernel: "6.1"))
    format.declare(TraceTrack(id: 1, parent: nil, kind: .process(pid: 5), name: "a\"</script>"))
    format.declare(TraceTrack(id: 2, parent: 1, kind: .thread(tid: 6, pid: 5), name: ""))
    format.declare(TraceTrack(id: 3, parent: 1, kind: .thread(tid: 5, pid: 5), name: "main"))
    format.declare(TraceTrack(id: 4, parent: 2, kind: .numbers(.nanoseconds), name: "ready"))
    format.declare(TraceTrack(id: 5, parent: nil, kind: .numbers(.workers), name: "demand"))
    write(&format)
    format.end()
    return try JSONDecoder().decode(Profile.self, from: Data(format.take()))
  }

  @Test func markersAreInColumns() throws {
    let profile = try Self.profile { format in
      format.add(
        TraceSlice(
          track: 2, name: "asleep", details: [TraceSlice.Detail(name: "in", text: "f")],
          fromNS: 2_000_000, toNS: 3_000_500))
      format.add(TraceSlice(track: 2, name: "a mark", fromNS: 4_000_000, toNS: 4_000_000))
      format.add(
        CPURun(
          cpu: 3, tid: 6, pid: 5, name: "w", fromNS: 5_000_000, toNS: 6_000_000, ending: .preempted)
      )
      format.declare(TraceTrack(id: 2, parent: 1, kind: .thread(tid: 6, pid: 5), name: "w"))
    }
    #expect(profile.meta.preprocessedProfileVersion == 70)
    #expect(profile.meta.startTime == 9.5 && profile.meta.profilingEndTime == 5)
    #expect(profile.threads.map(\.name) == ["w", "main", "CPU 3"])
    #expect(profile.threads.map(\.isMainThread) == [false, true, false])
    #expect(profile.threads.map(\.processName) == ["a\"</script>", "a\"</script>", "CPUs"])
    let markers = profile.threads[0].markers
    #expect(
      markers.name.map { profile.shared.stringArray[$0] } == ["asleep", "a mark", "on a CPU"])
    #expect(markers.startTime == [1, 3, 4] && markers.endTime == [2.0005, 3, 5])
    #expect(markers.phase == [1, 0, 1] && markers.length == 3)
    #expect(
      markers.category.map { profile.meta.categories[$0].name } == ["asleep", "Other", "on a CPU"])
    #expect(
      markers.data == [
        ["type": "Wait", "in": "f"], ["type": "Wait"],
        ["type": "CPU", "cpu": "3", "then": "preempted"],
      ])
    let onCPU = ["type": "CPU", "thread": "6", "then": "preempted"]
    #expect(profile.threads[2].markers.data == [onCPU])
  }

  @Test func numbersAreGivenAsChanges() throws {
    let profile = try Self.profile { format in
      for (index, value) in [3.0, 5, 4].enumerated() {
        format.add(value, to: 4, atNS: UInt64(index + 1) * 1_000_000)
      }
      format.add(1.5, to: 5, atNS: 2_000_000)
    }
    #expect(profile.counters.map(\.name) == ["ready: thread 6", "demand"])
    #expect(profile.counters.map(\.pid) == ["5", "program"])
    #expect(profile.counters[0].samples.count == [3, 2, -1])
    #expect(profile.counters[0].samples.time == [0, 1, 2])
    #expect(profile.counters[0].mainThreadIndex == 1)
  }

  @Test func whatHasNoRoomIsCounted() throws {
    let profile = try Self.profile(keeping: 2) { format in
      for _ in 0..<5 {
        format.add(TraceSlice(track: 2, name: "asleep", fromNS: 2_000_000, toNS: 3_000_000))
      }
    }
    #expect(profile.threads[0].markers.length == 2)
    let said = try #require(profile.meta.extra?.first?.entries.first?.value)
    #expect(said.hasPrefix("3 slices and values"))
    #expect(try Self.profile { _ in }.meta.extra == nil)
  }
}
